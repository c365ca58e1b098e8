import { sql } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';

/**
 * Makes others who book or move appointments of these consultants wait until the transaction is over, so that what is free is still
 * free a moment later. Comes before any lock on rows, and always in the same order: nobody waits in a circle. The
 * exclusion constraint holds without it too, but could not say with what else there is a conflict.
 */
export async function lockCalendars(ctx: OrgContext, consultantIds: (string | null)[]): Promise<void> {
  const keys = [...new Set(consultantIds.filter((id) => id !== null))].sort();
  for (const id of keys)
    await ctx.db.execute(sql`
      select pg_advisory_xact_lock(hashtextextended(${`ulak:calendar:${ctx.organizationId}:${id.toLowerCase()}`}, 0))`);
}
