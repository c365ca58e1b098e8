import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';

export type Counters = {
  /** Statements that came over the wire, BEGIN and COMMIT included. */
  statements: number;
  transactions: number;
  /** By table: how often one was read from end to end, and how many rows that touched. */
  scans: Record<string, { scans: number; rows: number }>;
};

/** What PostgreSQL has counted in this database so far. */
async function readCounters(ctx: AppContext): Promise<Counters> {
  await ctx.db.execute(sql`select pg_stat_clear_snapshot()`);
  const [row] = await ctx.db.execute<{ statements: string; transactions: string }>(sql`
    select (select coalesce(sum(calls), 0) from pg_stat_statements where toplevel and dbid = d.oid) as statements,
      pg_stat_get_db_xact_commit(d.oid) as transactions
    from pg_database d where d.datname = current_database()`);
  const tables = await ctx.db.execute<{ relname: string; seq_scan: string; seq_tup_read: string }>(
    sql`select relname, seq_scan, seq_tup_read from pg_stat_user_tables where schemaname = 'public'`,
  );
  const scans = Object.fromEntries(
    tables.map((t) => [t.relname, { scans: Number(t.seq_scan), rows: Number(t.seq_tup_read) }]),
  );
  return { statements: Number(row!.statements), transactions: Number(row!.transactions), scans };
}

/** Connections report what they did at most once a second. */
const REPORTED_MS = 1100;

/** Runs `work` and answers what PostgreSQL did meanwhile. */
export async function counted(ctx: AppContext, work: () => Promise<unknown>): Promise<Counters> {
  await new Promise((resolve) => setTimeout(resolve, REPORTED_MS));
  const before = await readCounters(ctx);
  await work();
  await new Promise((resolve) => setTimeout(resolve, REPORTED_MS));
  const after = await readCounters(ctx);
  const scans = Object.entries(after.scans).flatMap(([table, { scans, rows }]) => {
    const was = before.scans[table] ?? { scans: 0, rows: 0 };
    return scans > was.scans ? [[table, { scans: scans - was.scans, rows: rows - was.rows }] as const] : [];
  });
  return {
    statements: after.statements - before.statements,
    transactions: after.transactions - before.transactions,
    scans: Object.fromEntries(scans),
  };
}
