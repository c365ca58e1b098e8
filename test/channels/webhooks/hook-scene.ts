import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, createServer as createSocketServer, type Socket } from 'node:net';
import { createHookClient, type HookClientOptions } from '#src/channels/webhooks/create-hook-client.ts';

export type Consumer = AsyncDisposable & { url: string; port: number; connections(): number };

/** A web server of the test's own. */
export async function serveHooks(answer: RequestListener): Promise<Consumer> {
  return open(createServer(answer));
}

/** A server that speaks no HTTP. */
export async function serveSockets(onSocket: (socket: Socket) => void): Promise<Consumer> {
  return open(createSocketServer((socket) => onSocket(socket.on('error', () => {}))));
}

async function open(server: Server | ReturnType<typeof createSocketServer>): Promise<Consumer> {
  const sockets = new Set<Socket>();
  let connections = 0;
  server.on('connection', (socket: Socket) => {
    connections++;
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/hook`,
    port,
    connections: () => connections,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export const LOOPBACK = ['127.0.0.0/8', '::1/128'];

/** A client that may reach this machine; names are where the test says. */
export const clientFor = (options: Partial<HookClientOptions> = {}) => {
  const client = createHookClient({
    allowPrivateTargets: LOOPBACK,
    allowInsecure: true,
    resolve: async () => [],
    ...options,
  });
  return { ...client, [Symbol.dispose]: () => client.close() };
};
