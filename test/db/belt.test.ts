import { sql } from 'drizzle-orm';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AppContext, inTransaction, outsideBelt, underBelt } from '#src/context.ts';
import { applyBelt, BeltRefused, ensureBeltRole } from '#src/db/apply-belt.ts';
import { appendOnly, platformBelts } from '#src/db/belt-tables.ts';
import { type Database, openDatabase } from '#src/db/client.ts';
import { createWorld, type World } from '#test/support/world.ts';
import { crowd, insertion, tenantTables } from './crowd.ts';
import { refused } from './refused.ts';

let world: World;
let owner: pg.Client;
let tables: Awaited<ReturnType<typeof tenantTables>>;
beforeAll(async () => {
  world = await createWorld();
  owner = new pg.Client({ connectionString: world.databaseUrl });
  await owner.connect();
  tables = await tenantTables(owner);
  await crowd(owner, [world.acme.organizationId, world.globex.organizationId]);
});
afterAll(async () => {
  await owner.end();
  await world[Symbol.asyncDispose]();
});

const INSUFFICIENT_PRIVILEGE = '42501';
const count = async (ctx: Pick<AppContext, 'db'>, table: string) =>
  Number((await ctx.db.execute<{ count: string }>(sql`select count(*) from ${sql.identifier(table)}`))[0]!.count);
const ownersCount = async (table: string, organizationId: string) =>
  Number(
    (await owner.query(`select count(*) from "${table}" where organization_id = $1`, [organizationId])).rows[0].count,
  );

class Undone extends Error {}
const undone = (ctx: AppContext, work: (ctx: AppContext) => Promise<void>) =>
  inTransaction(ctx, async (ctx) => {
    await work(ctx);
    throw new Undone();
  }).catch((error) => {
    if (!(error instanceof Undone)) throw error;
  });

describe('whoever forgets the filter', () => {
  it('sees, changes and deletes his own rows only, in every tenant table, in a transaction and outside', async () => {
    expect(tables.size).toBeGreaterThan(60);
    const { ctx, organizationId } = world.acme;
    for (const table of tables.keys()) {
      const [own, theirs] = [
        await ownersCount(table, organizationId),
        await ownersCount(table, world.globex.organizationId),
      ];
      expect([table, own > 0, theirs > 0]).toEqual([table, true, true]);
      expect([table, await count(ctx, table)]).toEqual([table, own]);
      const name = sql.identifier(table);
      const [changed, deleted] = [sql`update ${name} set organization_id = organization_id`, sql`delete from ${name}`];
      if (appendOnly.includes(table))
        for (const statement of [changed, deleted])
          expect([table, await refused(ctx.db.execute(statement))]).toEqual([table, INSUFFICIENT_PRIVILEGE]);
      else
        await undone(ctx, async (ctx) => {
          expect([table, await count(ctx, table)]).toEqual([table, own]);
          expect([table, (await ctx.db.execute(changed)).count]).toEqual([table, own]);
          expect([table, (await ctx.db.execute(deleted)).count]).toEqual([table, own]);
        });
    }
  });

  it('puts nothing among another organization’s rows, nor moves his own there', async () => {
    const { ctx } = world.acme;
    for (const [table, columns] of tables) {
      const there = ctx.db.execute(sql.raw(insertion(table, columns, world.globex.organizationId)));
      expect([table, await refused(there)]).toEqual([table, INSUFFICIENT_PRIVILEGE]);
      const moved = ctx.db.execute(
        sql`update ${sql.identifier(table)} set organization_id = ${world.globex.organizationId}::uuid`,
      );
      expect([table, await refused(moved)]).toEqual([table, INSUFFICIENT_PRIVILEGE]);
    }
  });

  it('sees no user, session, password or key of another organization', async () => {
    const { ctx, userId } = world.globex;
    const emails = await ctx.db.execute<{ email: string }>(sql`select email from users where role = 'user'`);
    expect(emails.map(({ email }) => email)).toEqual(['globex@example.com']);
    const sessions = await ctx.db.execute<{ user_id: string }>(sql`select user_id from sessions`);
    expect(sessions.map((row) => row.user_id)).toEqual([userId]);
    expect((await ctx.db.execute(sql`select id from organizations`)).length).toBe(1);
    for (const table of ['verifications', 'rate_limits', 'idempotency_keys', 'carrier_events'])
      expect([table, await refused(count(ctx, table))]).toEqual([table, INSUFFICIENT_PRIVILEGE]);
  });

  it('sees nothing at all where no organization is set', async () => {
    await owner.query('begin; set local role ulak_tenant');
    for (const table of tables.keys())
      expect([table, (await owner.query(`select from "${table}"`)).rowCount]).toEqual([table, 0]);
    await owner.query('rollback');
  });
});

/** On whose behalf the next statement of this connection would be asked, if it said nothing of it. */
const NOBODY = { name: 'ulak', organization: null };
const who = sql<{ name: string; organization: string | null }>`
  select current_user as name, nullif(current_setting('ulak.organization_id', true), '') as organization where ${true}`;
const asking = async (ctx: Pick<AppContext, 'db'>) => (await ctx.db.execute<typeof NOBODY>(who))[0];

describe('a connection that several use', () => {
  let database: Database;
  let [ctx, acme, globex] = [] as unknown as [AppContext, AppContext, AppContext];
  let NAMES: { acme: object; globex: object; nobody: object };
  beforeAll(async () => {
    database = openDatabase(world.databaseUrl, { max: 1 });
    ctx = { ...world.ctx, db: database.db };
    [acme, globex] = [underBelt(ctx, world.acme.organizationId), underBelt(ctx, world.globex.organizationId)];
    const as = (organization: string) => ({ name: 'ulak_tenant', organization });
    NAMES = { acme: as(world.acme.organizationId), globex: as(world.globex.organizationId), nobody: NOBODY };
  });
  afterAll(() => database.close());

  it('keeps nothing of the one before: after a statement, a commit, a rollback, an error in or out of a transaction', async () => {
    const broken = sql`select 1 / ${0}::integer`;
    const steps: (() => Promise<unknown>)[] = [
      () => asking(acme),
      () => refused(acme.db.execute(broken)),
      () => refused(acme.db.execute(sql`select nonsense`)),
      () => inTransaction(acme, (ctx) => asking(ctx)),
      () => undone(acme, async (ctx) => void (await asking(ctx))),
      () => refused(inTransaction(acme, (ctx) => ctx.db.execute(broken))),
      () => refused(inTransaction(acme, (ctx) => outsideBelt(ctx).db.execute(broken))),
      () => inTransaction(acme, (ctx) => asking(outsideBelt(ctx))),
    ];
    for (const [at, step] of [...steps, ...steps, ...steps].entries()) {
      await step();
      expect([at, await asking(ctx)]).toEqual([at, NAMES.nobody]);
      await step();
      expect([at, await asking(globex)]).toEqual([at, NAMES.globex]);
    }
  });

  it('goes round the belt and back within a transaction, also past an error in a savepoint', async () => {
    await inTransaction(acme, async (ctx) => {
      const outside = outsideBelt(ctx);
      const seen = async () => [await asking(ctx), (await asking(outside))?.name, await asking(ctx)];
      expect(await seen()).toEqual([NAMES.acme, 'ulak', NAMES.acme]);
      await ctx.db.execute(
        sql`update customers set note = 'seen' where organization_id = ${world.acme.organizationId}`,
      );
      const [row] = await outside.db.execute(sql`select count(*)::int as n from customers where note = 'seen'`);
      expect(row).toEqual({ n: await count(ctx, 'customers') });
      for (const db of [ctx.db, outside.db]) {
        await refused(db.transaction((savepoint) => savepoint.execute(sql`select 1 / ${0}::integer`)));
        expect(await seen()).toEqual([NAMES.acme, 'ulak', NAMES.acme]);
      }
      expect(
        (await Promise.all([asking(ctx), asking(outside), asking(ctx), asking(outside)])).map((it) => it?.name),
      ).toEqual(['ulak_tenant', 'ulak', 'ulak_tenant', 'ulak']);
    });
    expect(await asking(ctx)).toEqual(NAMES.nobody);
  });

  it('answers as any other: rows, figures, errors, a column that came later', async () => {
    const named = sql`select id, first_name from customers where organization_id = ${world.acme.organizationId} limit ${2}`;
    const [theirs, own] = [await ctx.db.execute(named), await acme.db.execute(named)];
    expect([own.length, own.count, [...own]]).toEqual([2, 2, [...theirs]]);
    expect(await refused(acme.db.execute(sql`select ${'x'}::uuid`))).toBe('22P02');
    const starred = sql`select * from group_members where ${true}`;
    for (let time = 0; time < 4; time++) await acme.db.execute(starred);
    await owner.query('alter table group_members add column later text');
    await refused(acme.db.execute(starred));
    expect(Object.keys((await acme.db.execute(starred))[0]!)).toContain('later');
    await owner.query('alter table group_members drop column later');
    expect((await acme.db.execute(sql``.append(sql.raw(';'))).catch(() => [])).length).toBe(0);
    expect(await asking(ctx)).toEqual(NAMES.nobody);
  });
});

it('of many at once on few connections each sees his own', async () => {
  const database = openDatabase(world.databaseUrl, { max: 3 });
  const members = [world.acme, world.globex].map(({ organizationId }) => ({
    organizationId,
    ctx: underBelt({ ...world.ctx, db: database.db }, organizationId),
  }));
  const own = sql`select distinct organization_id from customers where ${true}`;
  const seen = await Promise.all(
    Array.from({ length: 120 }, async (_, at) => {
      const { ctx, organizationId } = members[at % 2]!;
      const ask = async (ctx: AppContext) => [...(await ctx.db.execute<{ organization_id: string }>(own))];
      const rows = await (at % 3 === 0 ? inTransaction(ctx, ask) : ask(ctx));
      return rows.every((row) => row.organization_id === organizationId) && rows.length === 1;
    }),
  );
  expect(seen.filter((isRight) => !isRight)).toEqual([]);
  await database.close();
});

describe('lists under the belt', () => {
  const organization = () => sql`organization_id = ${world.acme.organizationId}::uuid`;
  const before = sql`('2026-03-01T09:00:00Z'::timestamptz, '00000000-0000-7000-8000-000000000000'::uuid)`;

  it.each([
    [
      'customers, newest first',
      () => sql`select * from customers where ${organization()} and deleted_at is null order by id desc limit 50`,
      /customers_list_idx/,
    ],
    [
      'the inbox, its next page',
      () =>
        sql`select * from conversations where ${organization()} and (last_message_at, id) < ${before} order by last_message_at desc, id desc limit 50`,
      /conversations_all_idx[\s\S]*Index Cond: .*organization_id = .*ROW\(last_message_at, id\) </,
    ],
    [
      'what was said in a conversation',
      () =>
        sql`select * from messages where conversation_id = ${world.acme.userId}::uuid and (said_at, id) < ${before} order by said_at desc, id desc limit 50`,
      /messages_conversation_idx[\s\S]*Index Cond: .*conversation_id = .*ROW\(said_at, id\) </,
    ],
    [
      'the recipients of a campaign',
      () =>
        sql`select * from campaign_recipients where campaign_id = ${world.acme.userId}::uuid and position > 10 order by position limit 50`,
      /campaign_recipients_list_idx[\s\S]*Index Cond: .*campaign_id = .*position/,
    ],
    [
      'the audit trail',
      () => sql`select * from activities where ${organization()} order by created_at desc, id desc limit 50`,
      /Index Scan[\s\S]*Index Cond: .*organization_id/,
    ],
  ])('%s: by the index, as without it', async (_, statement, plan) => {
    const rows = await inTransaction(world.acme.ctx, async (ctx) => {
      await ctx.db.execute(
        sql.raw('set local enable_seqscan = off; set local enable_sort = off; set local enable_bitmapscan = off'),
      );
      return ctx.db.execute<{ 'QUERY PLAN': string }>(sql`explain ${statement()}`);
    });
    const text = rows.map((row) => row['QUERY PLAN']).join('\n');
    expect(text).toMatch(plan);
    expect(text).not.toMatch(/Seq Scan/);
  });
});

describe('the belt itself', () => {
  const sees = `has_table_privilege('ulak_tenant', c.oid, 'select, insert, update, delete')`;

  it('is round every table that requests may touch; of partitions they know nothing', async () => {
    const { rows } = await owner.query<{ name: string }>(`select c.relname as name from pg_class c
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'f') and ${sees}
        and not (c.relrowsecurity and exists (select from pg_policy p where p.polrelid = c.oid)) order by 1`);
    const open = Object.entries(platformBelts).filter(([, { using }]) => using === undefined);
    expect(rows.map(({ name }) => name)).toEqual(open.map(([name]) => name).sort());
    const strays = await owner.query(`select c.relname from pg_class c where c.relispartition and ${sees}`);
    expect(strays.rows).toEqual([]);
  });

  it('is put right again at the next start, round a new table too; twice is nothing', async () => {
    await owner.query(
      `create table new_things (id uuid, organization_id uuid not null); create table platform_things (id uuid)`,
    );
    await owner.query(`drop policy ulak_tenant on customers; alter table groups disable row level security;
      grant update on activities to ulak_tenant; grant select on platform_things to ulak_tenant`);
    await applyBelt(owner);
    const { rows } = await owner.query(`select c.relname as name, c.relrowsecurity as guarded, ${sees} as seen,
        has_table_privilege('ulak_tenant', c.oid, 'update') as changed, (select count(*)::int from pg_policy p where p.polrelid = c.oid) as policies
      from pg_class c where c.relname in ('new_things', 'platform_things', 'customers', 'groups', 'activities') order by 1`);
    const belted = { guarded: true, seen: true, changed: true, policies: 1 };
    expect(rows).toEqual([
      { name: 'activities', ...belted, changed: false },
      { name: 'customers', ...belted },
      { name: 'groups', ...belted },
      { name: 'new_things', ...belted },
      { name: 'platform_things', guarded: false, seen: false, changed: false, policies: 0 },
    ]);
    const before = await owner.query('select pg_current_xact_id_if_assigned() as id');
    await owner.query('begin');
    await applyBelt(owner);
    expect((await owner.query('select pg_current_xact_id_if_assigned() as id')).rows).toEqual(before.rows);
    await owner.query('rollback; drop table new_things, platform_things');
  });

  it('a user who may not wear it, or does not own the tables, is told what to do', async () => {
    const name = `ulak_poor_${world.acme.userId.slice(-12)}`;
    await owner.query(`create role ${name} login password 'poor'`);
    const url = new URL(world.databaseUrl);
    [url.username, url.password] = [name, 'poor'];
    const poor = new pg.Client({ connectionString: url.href });
    await poor.connect();
    const said = () =>
      ensureBeltRole(poor)
        .then(() => applyBelt(poor))
        .then(
          () => '',
          (error) => (error instanceof BeltRefused ? error.message : String(error)),
        );
    expect(await said()).toContain('create role ulak_tenant nologin; grant ulak_tenant to');
    await owner.query(`grant ulak_tenant to ${name}`);
    expect(await said()).toContain('its user has to own the tables');
    await poor.end();
    await owner.query(`drop role ${name}`);
  });
});
