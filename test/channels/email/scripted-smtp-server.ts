import { createServer, type Socket } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

export type Taken = { from: string; to: string; raw: string };
export type Refusal = { code: number; text: string };
export type Script = {
  atConnect?: Refusal;
  atMail?: Refusal;
  atRecipient?: (address: string, attempt: number) => Refusal | null;
  /** After the whole mail was read. */
  atEnd?: Refusal | 'hang' | 'cut' | 'take-and-cut';
  login?: { user: string; pass: string };
};

const refuse = ({ code, text }: Refusal) => Object.assign(new Error(text), { responseCode: code });

/** A real SMTP server that does as it is told; `taken` is what it has said 250 to, or kept before it cut the line. */
export async function startScriptedServer(script: Script = {}) {
  const taken: Taken[] = [];
  const attempts = new Map<string, number>();
  const sockets = new Set<Socket>();
  const counts = { connections: 0 };
  const cutAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  const server = new SMTPServer({
    disabledCommands: script.login ? ['STARTTLS'] : ['STARTTLS', 'AUTH'],
    allowInsecureAuth: true,
    authOptional: !script.login,
    disableReverseLookup: true,
    logger: false,
    onAuth: ({ username, password }, _, done) =>
      username === script.login?.user && password === script.login?.pass
        ? done(null, { user: username })
        : done(refuse({ code: 535, text: '5.7.8 Authentication credentials invalid' })),
    onConnect: (_, done) => {
      counts.connections++;
      done(script.atConnect ? refuse(script.atConnect) : null);
    },
    onMailFrom: (_, __, done) => done(script.atMail ? refuse(script.atMail) : null),
    onRcptTo: ({ address }, _, done) => {
      const attempt = (attempts.get(address) ?? 0) + 1;
      attempts.set(address, attempt);
      const refusal = script.atRecipient?.(address, attempt);
      done(refusal ? refuse(refusal) : null);
    },
    onData: takeData(script, taken, cutAll),
  });
  server.server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.on('error', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.server.address() as { port: number };
  return {
    url: `smtp://127.0.0.1:${port}`,
    port,
    script,
    taken,
    counts,
    /** Connections that are open now. */
    open: () => sockets.size,
    cutAll,
    async [Symbol.asyncDispose]() {
      cutAll();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

const takeData =
  (script: Script, taken: Taken[], cutAll: () => void): NonNullable<SMTPServerOptions['onData']> =>
  async (stream, session, done) => {
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(chunk as Buffer);
    const raw = Buffer.concat(chunks).toString('utf8');
    const { atEnd } = script;
    const { mailFrom, rcptTo } = session.envelope;
    if (atEnd && typeof atEnd === 'object') return done(refuse(atEnd));
    if (atEnd === 'hang') return;
    if (atEnd !== 'cut')
      taken.push({ from: mailFrom ? mailFrom.address : '', to: rcptTo.map(({ address }) => address).join(), raw });
    if (atEnd === 'cut' || atEnd === 'take-and-cut') return cutAll();
    done(null, 'queued as 4XyZ99');
  };

/** A server below SMTP: says what it is told to, line by line, or nothing. */
export async function startRawServer(talk: (line: string, socket: Socket) => void, greeting = '220 raw') {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      for (const line of chunk.toString().split('\r\n').filter(Boolean)) talk(line, socket);
    });
    if (greeting) socket.write(`${greeting}\r\n`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `smtp://127.0.0.1:${(server.address() as { port: number }).port}`,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
