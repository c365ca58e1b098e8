import { sql } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { liveEvents } from '#src/db/schema/live.ts';
import { createWorld, type World } from '#test/support/world.ts';
import { listen } from './listen.ts';
import { numbers, openLive, say, slowly } from './open-live.ts';

it('200: what is published arrives in order, with its type, data and an id to resume from', async () => {
  await using world = await createWorld();
  await using live = openLive(world);
  const response = await live.get(world.acme);
  expect(response.headers.get('content-type')).toBe('text/event-stream');
  expect(response.headers.get('cache-control')).toBe('no-store');
  const stream = listen(response);
  await stream.until((sent) => sent.retry === '3000');
  for (let n = 1; n <= 5; n++) await say(world.acme, n);
  const events = await stream.untilEvents(5);
  expect(numbers(events)).toEqual([1, 2, 3, 4, 5]);
  expect(events[0]).toMatchObject({ event: 'probe.said', id: expect.stringMatching(/^\d+-\d+$/) });
});

it('what a transaction publishes arrives when it commits, and never when it rolls back', async () => {
  await using world = await createWorld();
  await using live = openLive(world);
  const stream = await live.open(world.acme);
  const undone = await slowly(world.acme, 1);
  await undone.rollBack();
  await say(world.acme, 2);
  expect(numbers(await stream.untilEvents(1))).toEqual([2]);
});

it('is told by the database that there is news, once the transaction has committed, also after the line was cut', async () => {
  await using world = await createWorld();
  // by itself it would look after an hour
  await using live = openLive(world, { pollMs: 3_600_000 });
  const stream = await live.open(world.acme);
  await say(world.acme, 1);
  const waiting = await slowly(world.acme, 2);
  expect(numbers(await stream.untilEvents(1))).toEqual([1]);
  await waiting.commit();
  expect(numbers(await stream.untilEvents(2))).toEqual([1, 2]);
  await world.ctx.db.execute(sql`
    select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and query like 'listen "ulak_live"%'`);
  await say(world.acme, 3);
  expect(numbers(await stream.untilEvents(3))).toEqual([1, 2, 3]);
});

it('news that nobody announces is found all the same', async () => {
  await using world = await createWorld();
  await using live = openLive(world);
  const stream = await live.open(world.acme);
  const { organizationId } = world.acme;
  await world.ctx.db.insert(liveEvents).values({ organizationId, type: 'probe.said', data: { n: 1 } });
  expect(numbers(await stream.untilEvents(1))).toEqual([1]);
});

it('another organization hears nothing', async () => {
  await using world = await createWorld();
  await using live = openLive(world);
  const [acme, globex] = [await live.open(world.acme), await live.open(world.globex)];
  await say(world.acme, 1);
  await say(world.globex, 2);
  expect(numbers(await acme.untilEvents(1))).toEqual([1]);
  expect(numbers(await globex.untilEvents(1))).toEqual([2]);
  const past = await live.open(world.globex, '0-0');
  expect(numbers(await past.untilEvents(1))).toEqual([2]);
});

it('a commit that comes late is not skipped, live or resumed', async () => {
  await using world = await createWorld();
  await using live = openLive(world);
  const stream = await live.open(world.acme);
  const start = stream.lastId();
  const late = await slowly(world.acme, 1);
  await say(world.acme, 2);
  const later = await slowly(world.acme, 3);
  await say(world.acme, 4);
  await later.commit();
  const resumedMeanwhile = await live.open(world.acme, start);
  await late.commit();
  await say(world.acme, 5);
  expect(numbers(await stream.untilEvents(5))).toEqual([1, 2, 3, 4, 5]);
  expect(numbers(await resumedMeanwhile.untilEvents(5))).toEqual([1, 2, 3, 4, 5]);
  const resumedAfter = await live.open(world.acme, start);
  expect(numbers(await resumedAfter.untilEvents(5))).toEqual([1, 2, 3, 4, 5]);
});

it('Last-Event-ID goes on after that event, wherever it broke off: nothing lost, nothing twice', async () => {
  await using world = await createWorld();
  await using live = openLive(world);
  const first = await live.open(world.acme);
  const start = first.lastId();
  const transaction = await slowly(world.acme, 1, 2, 3);
  await transaction.commit();
  await say(world.acme, 4);
  const ids = [start, ...(await first.untilEvents(4)).map((sent) => sent.id!)];
  await first.stop();
  for (const [taken, id] of ids.entries()) {
    const resumed = await live.open(world.acme, id);
    await say(world.acme, 100 + taken);
    const expected = [1, 2, 3, 4].slice(taken).concat(Array.from({ length: taken + 1 }, (_, i) => 100 + i));
    expect(numbers(await resumed.untilEvents(expected.length))).toEqual(expected);
    await resumed.stop();
  }
});

it('resuming while many write at once loses nothing and repeats nothing', async () => {
  await using world = await createWorld();
  await using live = openLive(world);
  const watcher = await live.open(world.acme);
  const start = watcher.lastId();
  const writers = Array.from({ length: 8 }, async (_, writer) => {
    for (let i = 0; i < 100; i++) {
      const transaction = await slowly(world.acme, writer * 1000 + i);
      await (i % 10 === 9 ? transaction.rollBack() : transaction.commit());
    }
  });
  const heard: number[] = [];
  for (let from = start; heard.length < 720; ) {
    const resumed = await live.open(world.acme, from);
    const events = await resumed.untilEvents(Math.min(20, 720 - heard.length));
    heard.push(...numbers(events));
    from = resumed.lastId();
    await resumed.stop();
  }
  await Promise.all(writers);
  const expected = Array.from({ length: 8 }, (_, w) => Array.from({ length: 100 }, (_, i) => w * 1000 + i))
    .flat()
    .filter((n) => n % 10 !== 9);
  expect([...heard].sort((a, b) => a - b)).toEqual(expected);
  expect([...numbers(await watcher.untilEvents(720))].sort((a, b) => a - b)).toEqual(expected);
});

/** The world's context, but once `arm` was called the next read that finds events is held until `release`. */
function withHeldRead(world: World) {
  const [caught, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let armed = false;
  const hold = async <T>(query: PromiseLike<T[]>) => {
    const rows = await query;
    if (armed && rows.length > 0) {
      armed = false;
      caught.resolve();
      await released.promise;
    }
    return rows;
  };
  const holding = <B extends object>(builder: B): B =>
    new Proxy(builder, {
      get(target, name) {
        const member = Reflect.get(target, name) as unknown;
        if (typeof member !== 'function') return member;
        if (name === 'limit') return (...args: unknown[]) => hold(member.apply(target, args) as PromiseLike<unknown[]>);
        const chains = ['select', 'from', 'where', 'orderBy'].includes(String(name));
        return (...args: unknown[]) =>
          chains ? holding(member.apply(target, args) as object) : member.apply(target, args);
      },
    });
  const ctx = { ...world.ctx, db: holding(world.ctx.db) };
  const arm = () => {
    armed = true;
  };
  return { ctx, arm, caught: caught.promise, release: () => released.resolve() };
}

it('what happens while somebody catches up reaches him too', async () => {
  await using world = await createWorld();
  const reads = withHeldRead(world);
  await using live = openLive(world, {}, reads.ctx);
  const watcher = await live.open(world.acme);
  const start = watcher.lastId();
  await say(world.acme, 1);
  await watcher.untilEvents(1);
  reads.arm();
  const resumed = await live.open(world.acme, start);
  await reads.caught;
  await say(world.acme, 2);
  await watcher.untilEvents(2);
  reads.release();
  await say(world.acme, 3);
  expect(numbers(await resumed.untilEvents(3))).toEqual([1, 2, 3]);
});

it('a long absence is caught up in full, at the pace of the reader', async () => {
  await using world = await createWorld();
  await using live = openLive(world, { mostWaiting: 600 });
  await world.ctx.db.execute(sql`insert into live_events (organization_id, type, data)
    select ${world.acme.organizationId}::uuid, 'probe.said', jsonb_build_object('n', n) from generate_series(1, 3000) n`);
  const stream = await live.open(world.acme, '0-0');
  const events = await stream.untilEvents(3000);
  expect(numbers(events)).toEqual(Array.from({ length: 3000 }, (_, i) => i + 1));
});

it.each(['nonsense', '12', '-1-1', '99999999999999999999-1', '1-1; drop table live_events'])(
  'Last-Event-ID %j is none of ours: the stream begins now',
  async (id) => {
    await using world = await createWorld();
    await using live = openLive(world);
    await say(world.acme, 1);
    const before = await live.open(world.acme, '0-0');
    await before.untilEvents(1);
    const stream = await live.open(world.acme, id);
    await say(world.acme, 2);
    expect(numbers(await stream.untilEvents(1))).toEqual([2]);
  },
);
