import type { Carrier } from '#src/channels/email/carrier.ts';
import { createSmtpCarrier, type SmtpCarrier } from '#src/channels/email/create-smtp-carrier.ts';
import { unavailable } from '#src/channels/email/mail-outcome.ts';
import { type SmtpTimeouts, smtpTimeouts } from '#src/channels/email/smtp-timeouts.ts';
import type { SandboxServer } from './start-sandbox-server.ts';

const WIDTH = 10;

/** The carrier of the sandbox: its server starts with the first mail, and speaks SMTP as any other. */
export function createSandboxCarrier(
  start: () => Promise<SandboxServer>,
  timeouts: SmtpTimeouts = smtpTimeouts,
): Carrier {
  let starting: Promise<{ server: SandboxServer; carrier: SmtpCarrier }> | null = null;
  const begin = async () => {
    const server = await start();
    const url = `${server.url}?maxConnections=${WIDTH}`;
    return { server, carrier: createSmtpCarrier({ url, kind: 'sandbox', key: 'sandbox', timeouts }) };
  };
  return {
    kind: 'sandbox',
    key: 'sandbox',
    width: WIDTH,
    timeoutMs: timeouts.connect * 2 + timeouts.command * 3 + timeouts.data,
    async send(mail) {
      starting ??= begin();
      try {
        return await (await starting).carrier.send(mail);
      } catch (error) {
        starting = null;
        return unavailable('carrier', `the sandbox mailbox did not start: ${error}`);
      }
    },
    async close() {
      const running = await starting?.catch(() => null);
      await running?.carrier.close();
      await running?.server.close();
    },
  };
}
