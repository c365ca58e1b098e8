import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { createApp } from '#src/app.ts';
import { runPump } from '#src/campaigns/run-pump.ts';
import { createContext } from '#src/create-context.ts';
import { stage } from '#test/campaigns/scene.ts';
import { until } from '#test/support/processes.ts';
import { startTcpProxy } from '#test/support/tcp-proxy.ts';
import { AUTH_SECRET } from '#test/support/world.ts';

const COUNT = 60;

it('G6: packets to PostgreSQL are dropped for ten seconds: no request waits longer, work goes on within five of their return, nobody gets two', async () => {
  await using scene = await stage({
    count: COUNT,
    now: new Date().toISOString(),
    allDay: true,
    env: { RECOVERY_SPEED: '30' },
  });
  await using proxy = await startTcpProxy(scene.databaseUrl);
  const { config, publicUrl, log } = scene.ctx;
  const parts = { databaseUrl: proxy.url, publicUrl, authSecret: AUTH_SECRET, log, background: false };
  const { ctx, close } = await createContext({ ...config, databasePool: 4 }, parts);
  const { app, close: closeApp } = createApp(ctx, { rateLimits: false });
  const ask = async () => {
    const begun = performance.now();
    const request = new Request('http://127.0.0.1:3000/v1/me', {
      headers: { authorization: `Bearer ${scene.acme.token}` },
    });
    const { status } = await app.fetch(request);
    return { status, ms: performance.now() - begun };
  };
  expect(await ask()).toMatchObject({ status: 200 });
  const pump = await runPump(ctx);
  const sent = () => scene.simulator.sends().length;
  await until('some to be sent', async () => sent() >= 5, 10);
  proxy.freeze();
  const held = sent();
  const asked = await Promise.all([ask(), ask(), ask(), sleep(2_000).then(ask), sleep(10_000)]);
  for (const answer of asked.slice(0, 4)) {
    expect(answer).toMatchObject({ status: 503 });
    expect(answer!.ms).toBeLessThan(10_000);
  }
  proxy.thaw();
  const back = performance.now();
  expect(await ask()).toMatchObject({ status: 200 });
  expect(performance.now() - back).toBeLessThan(5_000);
  await until('more to be sent', async () => sent() > held + 1, 10);
  await until('all to be sent', async () => sent() === COUNT, 20);
  await pump.stop();
  await closeApp();
  await close();
  expect(Object.values(scene.simulator.sendCountsByNumber())).toEqual(Array(COUNT).fill(1));
  await scene.drain();
  expect(await scene.ledger()).toEqual([]);
}, 60_000);
