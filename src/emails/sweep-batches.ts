import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';

/**
 * Frees batches whose worker was lost while their campaign no longer runs, where nobody leases them again: what was on the wire
 * becomes `unknown`.
 * @returns the campaigns of which that is true.
 */
export async function sweepBatches(ctx: AppContext): Promise<string[]> {
  const now = sql`${ctx.clock.now().toISOString()}::timestamptz`;
  const freed = await ctx.db.execute<{ campaign_id: string }>(sql`
    with lost as (
      update email_batches b set leased_by = null, lease_until_at = null, fence = b.fence + 1
      from campaigns c
      where c.id = b.campaign_id and c.status <> 'running' and b.leased_by is not null and b.lease_until_at <= ${now}
      returning b.campaign_id, b.batch
    ), doubtful as (
      update campaign_recipients r set status = 'unknown', status_reason = 'worker-lost', updated_at = ${now}
      from lost where r.campaign_id = lost.campaign_id and r.batch = lost.batch and r.status = 'sending'
    )
    select distinct campaign_id from lost`);
  return freed.map((row) => row.campaign_id);
}
