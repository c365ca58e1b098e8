import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { expect, it } from 'vitest';
import { createApp } from '#src/app.ts';
import { publishLiveEvent } from '#src/live/publish-live-event.ts';
import { createWorld, type World } from '#test/support/world.ts';
import { listen } from './listen.ts';

/** The whole app on a socket. */
async function serve(world: World) {
  const { app, close } = createApp(world.ctx, { rateLimits: false });
  const server = createServer(getRequestListener(app.fetch));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/events`;
  const headers = { authorization: `Bearer ${world.acme.token}` };
  const stop = async () => {
    await close();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url, headers, stop, [Symbol.asyncDispose]: stop };
}

it('over a socket: events come through at once, and shutting down ends the stream', async () => {
  await using world = await createWorld();
  await using served = await serve(world);
  const stream = listen(await fetch(served.url, { headers: served.headers }));
  await stream.until((sent) => sent.retry !== undefined);
  await publishLiveEvent(world.acme.ctx, { type: 'probe.said', data: { text: 'şimdi' } });
  expect((await stream.untilEvents(1))[0]!.data).toEqual({ text: 'şimdi' });
  await served.stop();
  await stream.untilEnd();
});

it('over a socket: a browser that leaves makes room for another', async () => {
  await using world = await createWorld();
  await using served = await serve(world);
  const leave = Array.from({ length: 5 }, () => new AbortController());
  for (const { signal } of leave) {
    const response = await fetch(served.url, { headers: served.headers, signal });
    await listen(response).until((sent) => sent.retry !== undefined);
  }
  expect((await fetch(served.url, { headers: served.headers })).status).toBe(429);
  leave[0]!.abort();
  const again = async (): Promise<number> => {
    const response = await fetch(served.url, { headers: served.headers });
    await response.body?.cancel();
    return response.status;
  };
  await expect.poll(again).toBe(200);
});

it('over a socket: HEAD opens no stream', async () => {
  await using world = await createWorld();
  await using served = await serve(world);
  const statuses: number[] = [];
  for (let i = 0; i < 7; i++)
    statuses.push(
      await new Promise((resolve, reject) => {
        request(served.url, { method: 'HEAD', headers: served.headers }, (response) => {
          response.resume().on('end', () => resolve(response.statusCode!));
        })
          .on('error', reject)
          .end();
      }),
    );
  expect(statuses).not.toContain(429);
});
