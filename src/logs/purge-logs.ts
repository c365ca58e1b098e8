import { lt, sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { keepDailyPartitions } from '#src/db/keep-partitions.ts';
import { errorGroups } from '#src/db/schema/logs.ts';

const DAY_MS = 86_400_000;
/** Days that are made before they come. */
const AHEAD = 3;
/** A kind of error is remembered so long after its last line, at least. */
const ERRORS_DAYS = 90;

/** Makes the days to come, and drops those whose time is up, with what lies outside of any. */
export async function purgeLogs(ctx: AppContext): Promise<void> {
  const now = ctx.clock.now();
  const { retentionDays } = ctx.config.logs;
  const keepFrom = new Date(now.getTime() - retentionDays * DAY_MS);
  const { made, dropped } = await keepDailyPartitions(ctx.db, 'log_lines', { now, ahead: AHEAD, keepFrom });
  await ctx.db.execute(sql`delete from log_lines_rest where at < ${keepFrom.toISOString()}::timestamptz`);
  const forgotten = new Date(now.getTime() - Math.max(retentionDays, ERRORS_DAYS) * DAY_MS);
  await ctx.db.delete(errorGroups).where(lt(errorGroups.lastSeenAt, forgotten));
  if (made.length + dropped.length > 0) ctx.log.info({ made, dropped }, 'days of the log');
}
