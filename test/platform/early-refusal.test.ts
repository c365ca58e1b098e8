import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { createApp } from '#src/app.ts';
import { startHttpServer } from '#src/platform/http-server.ts';
import { createWorld } from '#test/support/world.ts';

it('F34: 413: a body of 10 MB is refused by its length, before it is sent; the server goes on', async () => {
  await using world = await createWorld();
  const { app, close } = createApp(world.ctx, { rateLimits: false });
  const server = await startHttpServer(app.fetch, { host: '127.0.0.1', port: 0, idleGraceMs: 0 });
  try {
    const headers = {
      authorization: `Bearer ${world.acme.token}`,
      'content-type': 'application/json',
      'content-length': 10 * 1024 * 1024,
    };
    const sending = request({ host: '127.0.0.1', port: server.port, path: '/v1/groups', method: 'POST', headers });
    sending.on('error', () => {});
    sending.write('{"name":"');
    const [response] = (await once(sending, 'response')) as [IncomingMessage];
    expect(response.statusCode).toBe(413);
    expect(JSON.parse(await text(response))).toMatchObject({ code: 'too-large', limitBytes: 1024 * 1024 });
    sending.destroy();
    expect((await fetch(`http://127.0.0.1:${server.port}/healthz`)).status).toBe(200);
  } finally {
    await close();
    await server.stop();
  }
});
