import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { SMTPServer, type SMTPServerSession } from 'smtp-server';
import type { AppContext } from '#src/context.ts';
import { fateOf } from './sandbox-address.ts';
import { isPatient, saveRefusal, saveSandboxMail } from './save-sandbox-mail.ts';

type Ctx = Pick<AppContext, 'db' | 'clock' | 'log'>;
export type SandboxServer = { url: string; close(): Promise<void> };

const LIMIT_BYTES = 40 * 1024 * 1024;
const SLOW_MS = 5_000;

/**
 * An SMTP server on loopback that keeps every mail and passes none on. Each process that sends has its own; all of them write to the
 * same table, so it makes no difference who took which.
 */
export async function startSandboxServer(ctx: Ctx, { slowMs = SLOW_MS } = {}): Promise<SandboxServer> {
  const sockets = new Map<string, Socket>();
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    logger: false,
    size: LIMIT_BYTES,
    closeTimeout: 1_000,
    onRcptTo: ({ address }, session, done) => {
      admit(ctx, senderOf(session), address).then(done, (error) => done(troubled(ctx, error)));
    },
    onData: (stream, session, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.once('end', () => {
        take(ctx, session, Buffer.concat(chunks), slowMs).then(
          (id) => (isLost(session) ? sockets.get(session.id)?.destroy() : done(null, `queued as ${id}`)),
          (error) => done(error instanceof Refused ? error : troubled(ctx, error)),
        );
      });
    },
    onConnect: (session, done) => {
      const socket = [...open].find(({ remotePort }) => remotePort === session.remotePort);
      if (socket) sockets.set(session.id, socket);
      done();
    },
    onClose: (session) => sockets.delete(session.id),
  });
  const open = new Set<Socket>();
  server.server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  server.on('error', (error) => ctx.log.debug({ err: error }, 'the sandbox mailbox had trouble with a connection'));
  await new Promise<void>((resolve, reject) => {
    server.server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.server.address() as { port: number };
  return {
    url: `smtp://127.0.0.1:${port}`,
    async close() {
      for (const socket of open) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

class Refused extends Error {
  readonly responseCode: number;

  constructor(responseCode: number, message: string) {
    super(message);
    this.responseCode = responseCode;
  }
}

const senderOf = (session: SMTPServerSession): string => (session.envelope.mailFrom || { address: '' }).address;
const addressesOf = (session: SMTPServerSession): string[] => session.envelope.rcptTo.map(({ address }) => address);
const isLost = (session: SMTPServerSession): boolean =>
  addressesOf(session).some((address) => fateOf(address) === 'lost');

async function admit(ctx: Ctx, sender: string, address: string): Promise<Error | null> {
  const fate = fateOf(address);
  if (fate === 'reject') {
    await saveRefusal(ctx, sender, address);
    return new Refused(550, '5.1.1 User unknown (sandbox)');
  }
  if (fate === 'later' && !(await isPatient(ctx, address))) {
    await saveRefusal(ctx, sender, address);
    return new Refused(450, '4.2.0 Greylisted, try again later (sandbox)');
  }
  return null;
}

async function take(ctx: Ctx, session: SMTPServerSession, raw: Buffer, slowMs: number): Promise<string> {
  const recipients = addressesOf(session);
  if (recipients.some((address) => fateOf(address) === 'spam'))
    throw new Refused(554, '5.6.0 Content refused (sandbox)');
  const id = await saveSandboxMail(ctx, { sender: senderOf(session), recipients, raw });
  if (recipients.some((address) => fateOf(address) === 'slow')) await sleep(slowMs, undefined, { ref: false });
  return id;
}

/** Not taken, and not for good. */
function troubled(ctx: Ctx, error: unknown): Error {
  ctx.log.warn({ err: error }, 'the sandbox mailbox could not keep a mail');
  return new Refused(451, '4.3.0 Could not be kept, try again later (sandbox)');
}
