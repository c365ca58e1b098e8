import { sql } from 'drizzle-orm';
import type { Db } from './client.ts';

/** A table partitioned by the day (UTC) of its column `at`, with a default partition `<table>_rest`. */
export type DailyTable = 'log_lines';

const LOCK = 7_105_252;
const DAY_MS = 86_400_000;

const nameOf = (table: DailyTable, day: Date): string =>
  `${table}_${day.toISOString().slice(0, 10).replaceAll('-', '')}`;
const startOfDay = (at: Date): Date => new Date(Math.floor(at.getTime() / DAY_MS) * DAY_MS);

/**
 * Makes the partitions from today on for `ahead` days more, and drops those that ended before `keepFrom`. Rows of a day that were
 * written before it had a partition move there.
 */
export async function keepDailyPartitions(
  db: Db,
  table: DailyTable,
  { now, ahead, keepFrom }: { now: Date; ahead: number; keepFrom: Date },
): Promise<{ made: string[]; dropped: string[] }> {
  const today = startOfDay(now).getTime();
  const wanted = Array.from({ length: ahead + 1 }, (_, i) => new Date(today + i * DAY_MS));
  const there = new Set(await listPartitions(db, table));
  const made: string[] = [];
  for (const day of wanted)
    if (!there.has(nameOf(table, day)) && (await make(db, table, day))) made.push(nameOf(table, day));
  const oldest = nameOf(table, startOfDay(keepFrom));
  const dropped = [...there].filter((name) => /_\d{8}$/.test(name) && name < oldest);
  for (const name of dropped) await briefly(db, (tx) => tx.execute(sql`drop table if exists ${sql.identifier(name)}`));
  return { made, dropped };
}

/** Whoever writes meanwhile waits behind us: no longer than this. What is not had by then is had the next time. */
const briefly = <T>(db: Db, work: (tx: Db) => Promise<T>): Promise<T> =>
  db.transaction(async (tx) => {
    await tx.execute(sql`set local lock_timeout = '1s'`);
    return work(tx);
  });

async function listPartitions(db: Db, table: DailyTable): Promise<string[]> {
  const rows = await db.execute<{ name: string }>(sql`
    select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = ${table}::regclass order by 1`);
  return rows.map(({ name }) => name);
}

/** Attached rather than made in place: readers and writers of other days are not kept waiting. */
async function make(db: Db, table: DailyTable, day: Date): Promise<boolean> {
  const [parent, rest] = [sql.identifier(table), sql.identifier(`${table}_rest`)];
  const name = nameOf(table, day);
  const [from, to] = [day.toISOString(), new Date(day.getTime() + DAY_MS).toISOString()];
  return briefly(db, async (tx) => {
    await tx.execute(sql`select pg_advisory_xact_lock(${LOCK})`);
    const [twin] = await tx.execute<{ there: boolean }>(sql`select to_regclass(${name}) is not null as there`);
    if (twin!.there) return false;
    await tx.execute(sql`create table ${sql.identifier(name)} (like ${parent} including all)`);
    await tx.execute(sql`lock table ${rest} in access exclusive mode`);
    await tx.execute(sql`
      with moved as (delete from ${rest} where at >= ${from}::timestamptz and at < ${to}::timestamptz returning *)
      insert into ${sql.identifier(name)} select * from moved`);
    await tx.execute(sql`
      alter table ${parent} attach partition ${sql.identifier(name)} for values from (${sql.raw(`'${from}'`)}) to (${sql.raw(`'${to}'`)})`);
    return true;
  });
}
