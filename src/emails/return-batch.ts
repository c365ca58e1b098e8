import { sql } from 'drizzle-orm';
import { type AppContext, inTransaction } from '#src/context.ts';
import type { Lease } from './lease-batch.ts';
import { inShare } from './subject-test.ts';

/**
 * Gives a leased batch back: due again when its next recipient is (not before `notBefore`; who waits for the winner of a subject test,
 * when that is decided), or never when nobody is left. Whoever
 * was written to counts as contacted. True when nothing of the campaign is due any more.
 */
export const returnBatch = (ctx: AppContext, lease: Lease, notBefore: Date | null = null): Promise<boolean> =>
  inTransaction(ctx, async (ctx) => {
    const { campaignId, batch, fence } = lease;
    const from = sql`${(notBefore ?? ctx.clock.now()).toISOString()}::timestamptz`;
    const tomorrow = sql`${new Date(ctx.clock.now().getTime() + 86_400_000).toISOString()}::timestamptz`;
    const held = sql`t.campaign_id is not null and not ${inShare(sql`r.bucket`, sql`t.share_percent`)}`;
    await ctx.db.execute(sql`
      update email_batches b set leased_by = null, lease_until_at = null, due_at = (
        select min(greatest(r.next_attempt_at, ${from}, case when ${held} then coalesce(t.decide_at, ${tomorrow}) end))
        from campaign_recipients r left join subject_tests t on t.campaign_id = r.campaign_id and t.winner is null
        where r.campaign_id = ${campaignId} and r.batch = ${batch} and r.status = 'queued')
      where b.campaign_id = ${campaignId} and b.batch = ${batch} and b.fence = ${fence}`);
    await ctx.db.execute(sql`
      update customers c set last_contacted_at = r.sent_at, last_contacted_channel = 'email' from campaign_recipients r
      where r.campaign_id = ${campaignId} and r.batch = ${batch} and c.id = r.customer_id
        and r.sent_at > coalesce(c.last_contacted_at, '-infinity')`);
    const left = await ctx.db.execute(
      sql`select from email_batches where campaign_id = ${campaignId} and due_at is not null limit 1`,
    );
    return left.length === 0;
  });
