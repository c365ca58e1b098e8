import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { purgeLogs } from '#src/logs/purge-logs.ts';
import { readLine } from '#src/logs/read-line.ts';
import { storeLines } from '#src/logs/store-lines.ts';
import { createWorld, type World } from '#test/support/world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld({ env: { LOG_RETENTION_DAYS: '5' } });
});
afterAll(() => world[Symbol.asyncDispose]());

const write = (...times: string[]) =>
  storeLines(
    world.ctx.db,
    'p',
    times.map((time) => readLine(JSON.stringify({ level: 'error', time, msg: `at ${time.slice(0, 4)}` }))!),
  );
const placed = () =>
  world.ctx.db.execute<{ table: string; at: string }>(sql`
    select tableoid::regclass::text as table, to_char(at at time zone 'UTC', 'MM-DD HH24') as at from log_lines order by log_lines.at`);
const days = async () =>
  (
    await world.ctx.db.execute<{ name: string }>(
      sql`select inhrelid::regclass::text as name from pg_inherits where inhparent = 'log_lines'::regclass order by 1`,
    )
  ).map(({ name }) => name);

it('a day is made before it comes, takes in what was written before it was there, and goes as a whole when its time is up', async () => {
  await write(
    '2026-02-20T10:00:00Z',
    '2026-03-01T23:59:59Z',
    '2026-03-02T00:00:00Z',
    '2026-03-02T08:00:00Z',
    '2026-03-03T00:00:00Z',
  );
  // by several processes at once
  await Promise.all([purgeLogs(world.ctx), purgeLogs(world.ctx), purgeLogs(world.ctx)]);
  expect(await days()).toEqual([
    'log_lines_20260302',
    'log_lines_20260303',
    'log_lines_20260304',
    'log_lines_20260305',
    'log_lines_rest',
  ]);
  expect(await placed()).toEqual([
    { table: 'log_lines_rest', at: '03-01 23' },
    { table: 'log_lines_20260302', at: '03-02 00' },
    { table: 'log_lines_20260302', at: '03-02 08' },
    { table: 'log_lines_20260303', at: '03-03 00' },
  ]);
  world.clock.advance({ days: 5 });
  await purgeLogs(world.ctx);
  expect(await placed()).toHaveLength(3);
  world.clock.advance({ days: 1 });
  await purgeLogs(world.ctx);
  expect(await placed()).toEqual([{ table: 'log_lines_20260303', at: '03-03 00' }]);
  expect((await days()).filter((name) => /2026030[0-2]/.test(name))).toEqual([]);
});

it('a kind of error is remembered longer than its lines', async () => {
  const groups = () => world.ctx.db.execute(sql`select from error_groups`);
  expect(await groups()).toHaveLength(1);
  world.clock.advance({ days: 80 });
  await purgeLogs(world.ctx);
  expect([(await groups()).length, (await placed()).length]).toEqual([1, 0]);
  world.clock.advance({ days: 20 });
  await purgeLogs(world.ctx);
  expect(await groups()).toEqual([]);
});
