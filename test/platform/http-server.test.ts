import { connect, type Socket } from 'node:net';
import { expect, it } from 'vitest';
import { startHttpServer } from '#src/platform/http-server.ts';

const GET = 'GET / HTTP/1.1\r\nHost: ulak\r\n\r\n';

/** A connection, and everything that it has been told until it ended. */
async function dial(port: number) {
  const socket = connect(port, '127.0.0.1');
  let heard = '';
  socket.setEncoding('utf8').on('data', (text: string) => {
    heard += text;
  });
  const ended = new Promise<string>((resolve) => {
    socket.on('close', () => resolve(heard));
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(`${error.code}`));
  });
  const hears = (wanted: RegExp) =>
    new Promise<void>((resolve) => socket.on('data', () => wanted.test(heard) && resolve()));
  return { socket, ended, hears };
}

const ask = (socket: Socket) => void socket.write(GET);

it('answers a request that comes on an open connection after stop, and only then closes it', async () => {
  const server = await startHttpServer(() => new Response('here'), { host: '127.0.0.1', port: 0, idleGraceMs: 60_000 });
  const { socket, ended, hears } = await dial(server.port);
  ask(socket);
  await hears(/here/);
  const stopped = server.stop();
  await untilRefused(server.port);
  ask(socket);
  const heard = await ended;
  expect(heard.match(/HTTP\/1\.1 200/g)).toHaveLength(2);
  expect(heard.match(/connection: (\S+)/gi)).toEqual(['Connection: keep-alive', 'Connection: close']);
  await stopped;
});

it('finishes the answer that it has begun to work on', async () => {
  const work = Promise.withResolvers<Response>();
  const begun = Promise.withResolvers<void>();
  const fetch = () => {
    begun.resolve();
    return work.promise;
  };
  const server = await startHttpServer(fetch, { host: '127.0.0.1', port: 0, idleGraceMs: 1 });
  const { socket, ended } = await dial(server.port);
  ask(socket);
  await begun.promise;
  const stopped = server.stop();
  await untilRefused(server.port);
  work.resolve(new Response('at last'));
  expect(await ended).toMatch(/^HTTP\/1\.1 200.*connection: close.*at last$/is);
  await stopped;
});

it('closes connections on which nothing happens, and cuts off what does not end', async () => {
  const fetch = (request: Request) =>
    request.url.endsWith('/') ? new Response('here') : new Promise<Response>(() => {});
  const server = await startHttpServer(fetch, { host: '127.0.0.1', port: 0, idleGraceMs: 10, graceMs: 100 });
  const [idle, endless] = [await dial(server.port), await dial(server.port)];
  ask(idle.socket);
  await idle.hears(/here/);
  endless.socket.write(GET.replace('/', '/endless'));
  await server.stop();
  expect(await idle.ended).toContain('here');
  expect(await endless.ended).toMatch(/^(ECONNRESET)?$/);
});

it('rejects when it cannot listen', async () => {
  const server = await startHttpServer(() => new Response(''), { host: '127.0.0.1', port: 0 });
  await expect(startHttpServer(() => new Response(''), { host: '127.0.0.1', port: server.port })).rejects.toThrow(
    'EADDRINUSE',
  );
  await server.stop();
});

/** New connections are not taken any more. */
async function untilRefused(port: number): Promise<void> {
  for (let answer = ''; answer !== 'ECONNREFUSED'; ) {
    const { socket, ended } = await dial(port);
    socket.end();
    answer = await ended;
  }
}

it('408, 431: a head that comes byte by byte, or without end, is not waited for', async () => {
  const server = await startHttpServer(() => new Response('here'), { host: '127.0.0.1', port: 0, headMs: 200 });
  const slow = await dial(server.port);
  slow.socket.write('GET / HTTP/1.1\r\nHost: ulak\r\nX-Slow: ');
  const long = await dial(server.port);
  long.socket.write(`GET / HTTP/1.1\r\nHost: ulak\r\nX-Long: ${'x'.repeat(17 * 1024)}`);
  expect((await slow.ended).split('\r\n')[0]).toBe('HTTP/1.1 408 Request Timeout');
  expect((await long.ended).split('\r\n')[0]).toBe('HTTP/1.1 431 Request Header Fields Too Large');
  await server.stop();
});
