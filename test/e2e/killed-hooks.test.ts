import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { startProcess, until } from '#test/support/processes.ts';
import { AUTH_SECRET, createWorld } from '#test/support/world.ts';
import { addEndpoint, happenOften, startConsumer, verify } from '#test/webhooks/outbound/hooks-scene.ts';

const EVENTS = process.env['SOAK'] ? 50_000 : 1_500;
const KILLS = process.env['SOAK'] ? 20 : 2;
/** Posted, and their outcome not written down yet: four on the wire, and what is kept together. */
const MOST_REPEATED = 64;

it(`${EVENTS} events to two endpoints, the worker killed -9 ${KILLS} times on the way: each arrives at least once, few twice, under one id`, async () => {
  await using consumer = await startConsumer(async (_knock, nth) => {
    if (nth % 50 === 0) await sleep(1);
    return nth % 97 === 0 ? 500 : 200;
  });
  await using world = await createWorld({ now: new Date().toISOString() });
  const { ctx, acme } = world;
  const first = await addEndpoint(acme, `${consumer.url}/first`);
  const second = await addEndpoint(acme, `${consumer.url}/second`);
  await happenOften(world, acme, EVENTS);
  const env = {
    DATABASE_URL: world.databaseUrl,
    DATA_DIR: world.dataDir,
    AUTH_SECRET,
    EVOLUTION_URL: 'http://127.0.0.1:9',
    EVOLUTION_API_KEY: 'none',
    ALLOW_PRIVATE_TARGETS: '127.0.0.0/8',
    RECOVERY_SPEED: '20',
    LOG_LEVEL: 'fatal',
    ROLES: 'worker',
  };
  for (let kill = 1; kill <= KILLS; kill++) {
    await using worker = await startProcess(env);
    const enough = Math.floor((2 * EVENTS * kill) / (KILLS + 1));
    await until(`knock number ${enough}`, async () => consumer.knocks.length >= enough);
    worker.kill('SIGKILL');
    await worker.ended;
  }
  await using _ = await startProcess(env);
  const open = () => ctx.db.$count(sql`webhook_deliveries`, sql`status = 'pending'`);
  await until('the end', async () => (await open()) === 0, 90);
  const count = (path: string) => {
    const ids = consumer.knocks.filter((knock) => knock.path.endsWith(path)).map(({ id }) => id);
    return { arrived: new Set(ids).size, repeated: ids.length - new Set(ids).size };
  };
  const counts = [count('/first'), count('/second')];
  console.log(JSON.stringify(counts));
  expect(counts.map(({ arrived }) => arrived)).toEqual([EVENTS, EVENTS]);
  const refused = await ctx.db.$count(sql`webhook_attempts`, sql`error is not null`);
  expect(counts[0]!.repeated + counts[1]!.repeated).toBeLessThanOrEqual(refused + 2 * KILLS * MOST_REPEATED);
  expect(await ctx.db.$count(sql`webhook_deliveries`, sql`status = 'delivered'`)).toBe(2 * EVENTS);
  for (const { path, ...knock } of consumer.knocks.slice(-50))
    verify((path.endsWith('/first') ? first : second).secret, { path, ...knock });
}, 300_000);
