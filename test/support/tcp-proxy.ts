import { connect, createServer, type Socket } from 'node:net';

export type TcpProxy = AsyncDisposable & {
  port: number;
  /** The URL of what is behind it, by way of here. */
  url: string;
  /** From now on nothing passes, and nobody is told: as when a firewall drops the packets. New connections get nowhere either. */
  freeze(): void;
  /** New connections pass again; those that were frozen stay so. */
  thaw(): void;
};

/** Stands between a client and the server at `url`, at `port` or one of its own. */
export async function startTcpProxy(url: string, port = 0): Promise<TcpProxy> {
  const target = new URL(url);
  const sockets = new Set<Socket>();
  const pairs = new Set<() => void>();
  let frozen = false;
  const server = createServer((near) => {
    sockets.add(near.on('error', () => {}));
    if (frozen) return;
    const far = connect(Number(target.port), target.hostname);
    sockets.add(far.on('error', () => near.destroy()));
    near.pipe(far);
    far.pipe(near);
    near.on('close', () => far.destroy());
    far.on('close', () => near.destroy());
    pairs.add(() => {
      for (const side of [near, far]) side.unpipe().removeAllListeners('close').pause();
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const own = server.address() as { port: number };
  return {
    port: own.port,
    url: Object.assign(new URL(url), { host: `127.0.0.1:${own.port}` }).href,
    freeze: () => {
      frozen = true;
      for (const cut of pairs) cut();
      pairs.clear();
    },
    thaw: () => {
      frozen = false;
    },
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
