import { sql } from 'drizzle-orm';
import { type AppContext, inTransaction } from '#src/context.ts';
import { settleCampaignJob } from './jobs.ts';
import type { Claim } from './lane.ts';
import { releaseLanes } from './release-lanes.ts';

/** Gives a claim back whose message did not leave us: it waits in the queue again. Does nothing if the claim is not ours any more. */
export const abandonClaim = (ctx: AppContext, claim: Claim, notBefore: Date, reason: string | null): Promise<void> =>
  inTransaction(ctx, async (ctx) => {
    const requeued = await ctx.db.execute(sql`
      update messages set status = 'queued', status_reason = ${reason}, dispatched_at = null, updated_at = ${ctx.clock.now().toISOString()}::timestamptz
      where id = ${claim.messageId} and fence = ${claim.fence} and status = 'sending' returning id`);
    if (requeued.length === 0) return;
    await releaseLanes(ctx, [{ claim, nextAllowedAt: notBefore }]);
    if (claim.campaignId) await ctx.jobs.send(settleCampaignJob, { campaignId: claim.campaignId });
  });
