import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

/** `refuse`: at RCPT. `withhold`: takes the mail and never says so. */
export type Manner = 'take' | 'refuse' | 'withhold';
export type SmtpSink = AsyncDisposable & {
  port: number;
  /** How often each address got a mail. */
  taken: Map<string, number>;
  refused: Set<string>;
  /** Mails it got, all in all. */
  count(): number;
};

/** A real SMTP server that counts by address, and keeps nothing. */
export async function startSmtpSink(mannerOf: (address: string) => Manner = () => 'take'): Promise<SmtpSink> {
  const taken = new Map<string, number>();
  const refused = new Set<string>();
  let count = 0;
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    closeTimeout: 100,
    logger: false,
    onRcptTo({ address }, _session, done) {
      if (mannerOf(address) !== 'refuse') return done();
      refused.add(address);
      done(Object.assign(new Error('5.1.1 no such mailbox'), { responseCode: 550 }));
    },
    onData(stream, { envelope }, done) {
      stream.resume();
      stream.once('end', () => {
        const { address } = envelope.rcptTo[0]!;
        taken.set(address, (taken.get(address) ?? 0) + 1);
        count++;
        if (mannerOf(address) === 'take') done();
      });
    },
  });
  // a client that was killed is none of its business
  server.on('error', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.server.address() as AddressInfo).port,
    taken,
    refused,
    count: () => count,
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
