import { and, eq, inArray, isNotNull, lt } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { reports } from '#src/db/schema/reports.ts';
import { DAY_MS } from './report.ts';

const BATCH = 200;
/** What is not there by then is not made any more. */
const GIVEN_UP_AFTER_MS = 6 * 3_600_000;

/** Removes the files of reports that have expired, and says of those that never got made that they failed. */
export async function purgeReports(ctx: AppContext): Promise<number> {
  const now = ctx.clock.now();
  await ctx.db
    .update(reports)
    .set({ status: 'failed', statusReason: 'could-not-be-made', endedAt: now })
    .where(
      and(
        inArray(reports.status, ['pending', 'running']),
        lt(reports.createdAt, new Date(now.getTime() - GIVEN_UP_AFTER_MS)),
      ),
    );
  let removed = 0;
  for (;;) {
    const expired = await ctx.db
      .select({ id: reports.id, key: reports.storageKey })
      .from(reports)
      .where(and(lt(reports.expiresAt, now), isNotNull(reports.expiresAt), isNotNull(reports.storageKey)))
      .limit(BATCH);
    for (const { id, key } of expired) {
      await ctx.storage.delete(key!);
      await ctx.db.update(reports).set({ storageKey: null }).where(eq(reports.id, id));
    }
    removed += expired.length;
    if (expired.length < BATCH) break;
  }
  // of a process that was killed before it had settled the row
  await ctx.storage.deleteOlder('reports', new Date(now.getTime() - DAY_MS), (keys) => wantedOf(ctx, keys));
  return removed;
}

async function wantedOf(ctx: AppContext, keys: string[]): Promise<Set<string>> {
  const rows = await ctx.db.select({ key: reports.storageKey }).from(reports).where(inArray(reports.storageKey, keys));
  return new Set(rows.map(({ key }) => key!));
}
