import { sql } from 'drizzle-orm';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keepMonths, makeMonths } from '#src/activities/keep-months.ts';
import { newId } from '#src/platform/ids.ts';
import { createWorld, type World } from '#test/support/world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld({ env: { ACTIVITY_RETENTION_MONTHS: '6' } });
});
afterAll(() => world[Symbol.asyncDispose]());

const query = <T = Record<string, unknown>>(text: string) => world.ctx.db.execute(sql.raw(text)) as Promise<T[]>;
const partitions = async (): Promise<string[]> =>
  (
    await query<{ name: string }>(
      `select inhrelid::regclass::text as name from pg_inherits where inhparent = 'activities'::regclass order by 1`,
    )
  ).map(({ name }) => name);
const write = (at: string, id = newId()) =>
  query(`insert into activities (id, organization_id, actor_type, verb, subject_type, created_at)
    values ('${id}', '${world.acme.organizationId}', 'job', 'test.wrote', 'test', '${at}')`);
const homes = (verb = 'test.wrote') =>
  query<{ home: string; count: number }>(
    `select tableoid::regclass::text as home, count(*)::int as count from activities where verb = '${verb}' group by 1 order by 1`,
  );

describe('the months of the audit trail', () => {
  it('what has no month of its own is kept all the same, and moves into it when it is made, though four processes make it', async () => {
    await write('2026-02-28T23:59:59.999Z');
    await write('2026-03-01T00:00:00Z');
    await write('2026-03-31T23:59:59.999Z');
    await write('2199-01-01T00:00:00Z');
    expect(await homes()).toEqual([{ home: 'activities_default', count: 4 }]);
    await Promise.all([1, 2, 3, 4].map(() => makeMonths(world.ctx)));
    expect(await homes()).toEqual([
      { home: 'activities_2026_02', count: 1 },
      { home: 'activities_2026_03', count: 2 },
      { home: 'activities_2199_01', count: 1 },
    ]);
    expect(await partitions()).toEqual(
      ['2026_02', '2026_03', '2026_04', '2026_05', '2026_06', '2199_01', 'default'].map(
        (month) => `activities_${month}`,
      ),
    );
    await write('2026-04-01T00:00:00Z');
    expect(await homes()).toContainEqual({ home: 'activities_2026_04', count: 1 });
    const missing = await query(`
      select p.indexrelid from pg_index p where p.indrelid = 'activities'::regclass and (
        select count(*) from pg_inherits i where i.inhparent = p.indexrelid) <> (select count(*) from pg_inherits where inhparent = 'activities'::regclass)`);
    expect(missing).toEqual([]);
  });

  it('nobody changes, deletes or empties it: not the owner, not in a partition, not with what erasing a customer does', async () => {
    const [own] = await query<{ id: string }>(`select id from activities where verb = 'test.wrote' limit 1`);
    const refused = [
      `update activities set verb = 'nothing'`,
      `update activities set details = '{}' where id = '${own!.id}'`,
      `update activities set details = '{}', changes = null`,
      `update activities_2026_03 set address = '127.0.0.1'`,
      `update activities set created_at = created_at + interval '1 month'`,
      `delete from activities where id = '${own!.id}'`,
      'delete from activities_2026_03',
      'truncate activities',
      'truncate activities_2026_03',
      'truncate activities_default',
      `insert into activities select * from activities where id = '${own!.id}' on conflict (id, created_at) do update set verb = 'nothing'`,
    ];
    for (const statement of refused)
      await expect(query(statement), statement).rejects.toMatchObject({
        cause: { message: 'activities is append-only' },
      });
    await query(`create function guise(uuid) returns void language plpgsql as $$
      begin update activities set details = '{}', changes = null where id = $1; end $$`);
    await expect(query(`select guise('${own!.id}')`)).rejects.toThrow();
    const [sure] = await query(`select count(*)::int as count from activities where verb = 'test.wrote'`);
    expect(sure).toEqual({ count: 5 });
  });

  it('a writer is not kept waiting by a month that cannot be made or dropped now, and the next run does it', async () => {
    const other = new pg.Client({ connectionString: world.databaseUrl });
    await other.connect();
    try {
      await other.query('begin');
      await other.query('select 1 from activities');
      world.clock.set('2026-10-05T00:00:00Z');
      await keepMonths(world.ctx);
      expect(await partitions()).toContain('activities_2026_02');
      expect(await partitions()).not.toContain('activities_2026_10');
      await write('2026-10-05T00:00:00Z');
    } finally {
      await other.query('rollback');
      await other.end();
    }
    await keepMonths(world.ctx);
    expect(await partitions()).toEqual(
      ['04', '05', '06', '10', '11', '12']
        .map((month) => `activities_2026_${month}`)
        .concat('activities_2027_01', 'activities_2199_01', 'activities_default'),
    );
    expect(await query(`select to_regclass('activities_2026_03') as gone`)).toEqual([{ gone: null }]);
    expect(await homes()).toContainEqual({ home: 'activities_2026_10', count: 1 });
  });

  it('a month that was taken out and not dropped, by a crash, is dropped by the next run', async () => {
    await query(`select detach_activity_month('2026-04-01')`);
    world.clock.set('2026-11-05T00:00:00Z');
    await keepMonths(world.ctx);
    expect(await query(`select to_regclass('activities_2026_04') as gone`)).toEqual([{ gone: null }]);
  });
});
