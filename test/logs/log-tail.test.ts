import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createLogTail } from '#src/logs/log-tail.ts';
import { readLine } from '#src/logs/read-line.ts';
import { storeLines } from '#src/logs/store-lines.ts';
import { parsePosition } from '#src/logs/tail-client.ts';
import { newId } from '#src/platform/ids.ts';
import { listen } from '#test/live/listen.ts';
import { createWorld, type World } from '#test/support/world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

const line = (msg: string, more: object = {}) =>
  readLine(JSON.stringify({ level: 'info', time: '2026-03-02T09:00:00.000Z', msg, ...more }))!;
const say = (...lines: ReturnType<typeof line>[]) => storeLines(world.ctx.db, 'another process', lines);

type Options = Parameters<typeof createLogTail>[1];
type Filter = Parameters<ReturnType<typeof createLogTail>['open']>[0]['filter'];

function openTail(options: Options = {}) {
  const tail = createLogTail(world.ctx, { pollMs: 2, ...options });
  const open = async (filter: Filter = {}, last: string | null = null) => {
    const client = tail.open({ userId: world.admin.userId, filter, last: parsePosition(last) });
    const stream = listen(new Response(client.stream));
    await stream.until((sent) => sent.retry !== undefined);
    return stream;
  };
  return { tail, open, [Symbol.asyncDispose]: () => tail.close() };
}
const messages = (sent: { data?: unknown }[]) => sent.map(({ data }) => (data as { message: string }).message);

it('shows what any process keeps from now on, to each what he asks for', async () => {
  await say(line('before'));
  await using live = openTail();
  const userId = newId();
  const all = await live.open();
  const some = await live.open({ level: 40, userId, search: 'KIZGIN' });
  await say(line('one'), line('two kızgın', { level: 'warn', userId }), line('three kızgın', { level: 'warn' }));
  await say(line('four', { level: 'error', userId }), line('five kızgın', { level: 'error', userId }));
  expect(messages(await all.untilEvents(5))).toEqual(['one', 'two kızgın', 'three kızgın', 'four', 'five kızgın']);
  expect(messages(await some.untilEvents(2))).toEqual(['two kızgın', 'five kızgın']);
});

it('over HTTP: goes on where the stream broke off, and misses nothing that committed late', async () => {
  const get = (headers?: Record<string, string>) =>
    world.admin.call('GET', '/v1/admin/logs/tail?level=info', undefined, headers);
  const first = listen(await get());
  await first.until((sent) => sent.retry !== undefined);
  const begun = first.lastId();
  await first.stop();
  const [written, go] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const late = world.ctx.db.transaction(async (tx) => {
    await storeLines(tx, 'slow', [line('late')]);
    written.resolve();
    await go.promise;
  });
  await written.promise;
  await say(line('early'));
  go.resolve();
  await late;
  const again = listen(await get({ 'last-event-id': begun }));
  expect(messages(await again.untilEvents(2)).sort()).toEqual(['early', 'late']);
  await again.stop();
  expect((await world.admin.call('HEAD', '/v1/admin/logs/tail')).status).toBe(200);
});

it('whoever does not read is told so and let go, and nothing is kept for him', async () => {
  await using live = openTail({ mostWaiting: 10 });
  const slow = await live.open();
  const quick = await live.open({ level: 40 });
  await say(...Array.from({ length: 30 }, (_, n) => line(`many ${n}`)), line('last', { level: 'warn' }));
  expect(messages(await quick.untilEvents(1))).toEqual(['last']);
  await slow.untilEnd();
  expect(slow.events()).toEqual([{ event: 'end', data: { reason: 'too-slow' } }]);
});

it('a transaction of others that takes long holds up nothing', async () => {
  await using live = openTail({ patienceMs: 20 });
  const [begun, go] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const long = world.ctx.db.transaction(async (tx) => {
    await tx.execute(sql`select pg_current_xact_id()`);
    begun.resolve();
    await go.promise;
  });
  await begun.promise;
  const stream = await live.open();
  await say(line('meanwhile'));
  expect(messages(await stream.untilEvents(1))).toEqual(['meanwhile']);
  go.resolve();
  await long;
});

it('429 for one stream too many; who is no admin any more is cut off', async () => {
  await using live = openTail({ mostStreams: 2, recheckMs: 0 });
  const [one, two] = [await live.open(), await live.open()];
  await expect(live.open()).rejects.toMatchObject({ code: 'rate-limited' });
  await world.ctx.db.execute(sql`update users set role = 'user' where id = ${world.admin.userId}`);
  await Promise.all([one.untilEnd(), two.untilEnd()]);
  await world.ctx.db.execute(sql`update users set role = 'admin' where id = ${world.admin.userId}`);
});
