import { createServer, type Server, type ServerResponse } from 'node:http';
import { Server as NetServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { getRequestListener } from '@hono/node-server';

export type HttpServer = {
  port: number;
  /** Takes no more connections, answers what was asked on those there are, and resolves when all are closed. */
  stop(): Promise<void>;
};

type Fetch = Parameters<typeof getRequestListener>[0];
type Options = {
  host: string;
  port: number;
  /** How long a connection on which nothing happens is left open when stopping: its next request may be on its way. */
  idleGraceMs?: number;
  /** How long a request may take when stopping; then it is cut off. */
  graceMs?: number;
  /** How long a request's head may take to come, and the whole of it. */
  headMs?: number;
  requestMs?: number;
};

/** Longer than the proxies in front of us keep theirs (60 s is usual): the side that sends never meets a closed connection. */
const KEEP_ALIVE_MS = 75_000;
const MOST_HEADER_BYTES = 16 * 1024;
const QUIET_TURN_MS = 0.2;
const QUIET_PATIENCE_MS = 2_000;

/** Listens. Rejects when it cannot. */
export async function startHttpServer(fetch: Fetch, options: Options): Promise<HttpServer> {
  const { host, port, idleGraceMs = 1_000, graceMs = 10_000, headMs = 20_000, requestMs = 300_000 } = options;
  const answering = new Set<ServerResponse>();
  let stopping = false;
  const listener = getRequestListener(fetch);
  const slow = { headersTimeout: headMs, requestTimeout: requestMs, connectionsCheckingInterval: headMs / 4 };
  const limits = { keepAliveTimeout: KEEP_ALIVE_MS, maxHeaderSize: MOST_HEADER_BYTES, ...slow };
  const server = createServer(limits, (request, response) => {
    answering.add(response);
    response.once('close', () => answering.delete(response));
    if (stopping) sayGoodbye(response);
    return listener(request, response);
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve));
  return {
    port: (server.address() as { port: number }).port,
    async stop() {
      await untilQuiet(server);
      const closed = closeListener(server).then(() => true);
      stopping = true;
      for (const response of answering) sayGoodbye(response);
      const pause = (ms: number) => Promise.race([closed, sleep(ms, false, { ref: false })]);
      let done = await pause(idleGraceMs);
      for (const end = performance.now() + graceMs; !done && performance.now() < end; done = await pause(50))
        server.closeIdleConnections();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Not http's own close(), which also cuts idle connections at once: a request may be on its way there. */
const closeListener = (server: Server): Promise<unknown> =>
  new Promise((resolve) => NetServer.prototype.close.call(server, resolve));

/**
 * Resolves at a moment when no connection waits to be taken, as those would be reset: after a turn of the event loop (one
 * takes a single connection) that took none and hardly any time. Gives up soon where there is no such moment.
 */
async function untilQuiet(server: Server): Promise<void> {
  let taken = 0;
  server.on('connection', () => taken++);
  for (const end = performance.now() + QUIET_PATIENCE_MS; ; ) {
    const [before, begun] = [taken, performance.now()];
    await new Promise((resolve) => setImmediate(resolve));
    const now = performance.now();
    if ((taken === before && now - begun < QUIET_TURN_MS) || now > end) return;
  }
}

/** The client opens a new connection for its next request. */
function sayGoodbye(response: ServerResponse): void {
  if (!response.headersSent) response.setHeader('Connection', 'close');
}
