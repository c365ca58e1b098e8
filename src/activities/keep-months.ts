import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';

/** So many months after this one have their partitions. */
const AHEAD = 3;

/**
 * The audit trail's partitions: makes those of this month, of the ones to come and of whatever got into the default partition meanwhile, and drops
 * whole months older than ACTIVITY_RETENTION_MONTHS. What a lock kept it from is done the next time; nothing that is written waits for it longer
 * than half a second.
 */
export async function keepMonths(ctx: AppContext): Promise<void> {
  await makeMonths(ctx);
  for (const month of await monthsBefore(ctx, firstKept(ctx))) if (!(await dropMonth(ctx, month))) return;
}

/** At start too. */
export async function makeMonths(ctx: AppContext): Promise<void> {
  const strays = await ctx.db.execute<{ month: string }>(
    sql`select distinct to_char(created_at at time zone 'UTC', 'YYYY-MM-01') as month from activities_default`,
  );
  const coming = Array.from({ length: AHEAD + 1 }, (_, i) => monthAfter(ctx.clock.now(), i));
  for (const month of new Set([...coming, ...strays.map(({ month }) => month)]))
    if (!(await tryLocked(ctx, month, () => ctx.db.execute(sql`select make_activity_month(${month}::date)`)))) return;
}

/** The first of a month, `count` months after `at`'s, in UTC. */
const monthAfter = (at: Date, count: number): string =>
  new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + count, 1)).toISOString().slice(0, 10);

const firstKept = ({ clock, config }: AppContext): string => monthAfter(clock.now(), -config.activityRetentionMonths);

/** Also those that were taken out, by a process that did not come to drop them. */
async function monthsBefore(ctx: AppContext, oldest: string): Promise<string[]> {
  const rows = await ctx.db.execute<{ month: string }>(sql`
    select replace(substr(relname, 12), '_', '-') || '-01' as month from pg_class
    where relkind = 'r' and relnamespace = 'public'::regnamespace and relname ~ '^activities_\\d{4}_\\d{2}$' order by relname`);
  return rows.map(({ month }) => month).filter((month) => month < oldest);
}

async function dropMonth(ctx: AppContext, month: string): Promise<boolean> {
  const table = sql.identifier(`activities_${month.slice(0, 7).replace('-', '_')}`);
  const dropped = await tryLocked(ctx, month, async () => {
    await ctx.db.execute(sql`select detach_activity_month(${month}::date)`);
    await ctx.db.execute(sql`drop table if exists ${table}`);
  });
  if (dropped) ctx.log.info({ month }, 'activities of a month were dropped: older than ACTIVITY_RETENTION_MONTHS');
  return dropped;
}

const LOCK_NOT_AVAILABLE = '55P03';

async function tryLocked(ctx: AppContext, month: string, work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    const { code, cause } = error as { code?: string; cause?: { code?: string } };
    if ((code ?? cause?.code) !== LOCK_NOT_AVAILABLE) throw error;
    ctx.log.warn({ month }, 'the table of activities was busy; tried again with the next job');
    return false;
  }
}
