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
};

/** Longer than the proxies in front of us keep theirs (60 s is usual): the side that sends never meets a closed connection. */
const KEEP_ALIVE_MS = 75_000;

/** Listens. Rejects when it cannot. */
export async function startHttpServer(fetch: Fetch, options: Options): Promise<HttpServer> {
  const { host, port, idleGraceMs = 1_000, graceMs = 10_000 } = options;
  const answering = new Set<ServerResponse>();
  let stopping = false;
  const listener = getRequestListener(fetch);
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
    answering.add(response);
    response.once('close', () => answering.delete(response));
    if (stopping) sayGoodbye(response);
    return listener(request, response);
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve));
  return {
    port: (server.address() as { port: number }).port,
    async stop() {
      stopping = true;
      for (const response of answering) sayGoodbye(response);
      const closed = closeListener(server).then(() => true);
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
async function closeListener(server: Server): Promise<void> {
  // after this turn, in which the connections that are waiting to be taken are taken
  await new Promise((resolve) => setImmediate(resolve));
  await new Promise((resolve) => NetServer.prototype.close.call(server, resolve));
}

/** The client opens a new connection for its next request. */
function sayGoodbye(response: ServerResponse): void {
  if (!response.headersSent) response.setHeader('Connection', 'close');
}
