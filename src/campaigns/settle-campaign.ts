import { eq, sql } from 'drizzle-orm';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { type AppContext, actFor, inTransaction } from '#src/context.ts';
import { settleHold } from '#src/credits/settle-hold.ts';
import { campaignProgress, campaigns } from '#src/db/schema/campaigns.ts';
import { type Campaign, countsOf, hasEnded } from './campaign.ts';
import { heldSince } from './held-since.ts';
import { mailCampaignFinished } from './mail-campaign-finished.ts';
import { publishProgress } from './publish-moves.ts';

/**
 * Completes a running campaign that has nothing left to send, and settles one that has ended: one statement line, the rest
 * released, all but what messages of unknown outcome may still cost. Does nothing while a message is on the wire. Repeatable.
 */
export const settleCampaign = (ctx: AppContext, campaignId: string): Promise<void> =>
  inTransaction(ctx, async (ctx) => {
    const [campaign] = await ctx.db.select().from(campaigns).where(eq(campaigns.id, campaignId)).for('no key update');
    if (!campaign || campaign.settledAt) return;
    if (!hasEnded(campaign.status) && !(await complete(ctx, campaign))) return;
    const { sending, unknown } = await openMessages(ctx, campaignId);
    if (sending > 0) return;
    await skipInterrupted(ctx, campaignId);
    await settleHold(actFor(ctx, campaign), { campaignId, keepCredits: unknown, note: campaign.name });
    if (unknown === 0)
      await ctx.db.update(campaigns).set({ settledAt: ctx.clock.now() }).where(eq(campaigns.id, campaignId));
  });

async function complete(ctx: AppContext, campaign: Campaign): Promise<boolean> {
  const [progress] = await ctx.db.select().from(campaignProgress).where(eq(campaignProgress.campaignId, campaign.id));
  const counts = countsOf(progress!);
  if (campaign.status !== 'running' || counts.queued + counts.sending > 0) return false;
  if ((await openMessages(ctx, campaign.id)).sought > 0) return false;
  const now = ctx.clock.now();
  await ctx.db
    .update(campaigns)
    .set({ status: 'completed', statusReason: null, nextRunAt: null, endedAt: now, updatedAt: now })
    .where(eq(campaigns.id, campaign.id));
  await recordActivity(actFor(ctx, campaign), {
    verb: 'campaigns.complete',
    subjectType: 'campaign',
    subjectId: campaign.id,
    details: { counts },
  });
  await mailCampaignFinished(ctx, campaign);
  await publishProgress(ctx, [campaign.id]);
  return true;
}

/** On the wire; unknown with its credit still held for it; unknown and still being looked for. */
async function openMessages(
  ctx: AppContext,
  campaignId: string,
): Promise<{ sending: number; unknown: number; sought: number }> {
  const [open] = await ctx.db.execute<{ sending: string; unknown: string; sought: string }>(sql`
    select count(*) filter (where status = 'sending')
        + (select count(*) from campaign_recipients where campaign_id = ${campaignId} and status = 'sending' and batch is not null) as sending,
       count(*) filter (where status = 'unknown' and dispatched_at > ${heldSince(ctx)}::timestamptz) as unknown,
      count(*) filter (where status = 'unknown' and reconcile_at is not null) as sought
    from messages where campaign_id = ${campaignId} and status in ('queued', 'sending', 'unknown')`);
  return { sending: Number(open!.sending), unknown: Number(open!.unknown), sought: Number(open!.sought) };
}

/** Recipients between two parts when their campaign ended, and a message whose worker was lost before it left. */
async function skipInterrupted(ctx: AppContext, campaignId: string): Promise<void> {
  const now = sql`${ctx.clock.now().toISOString()}::timestamptz`;
  await ctx.db.execute(sql`
    with dropped as (
      update messages set status = 'cancelled', updated_at = ${now} where campaign_id = ${campaignId} and status = 'queued'
    )
    update campaign_recipients set status = 'skipped', status_reason = 'campaign-ended', updated_at = ${now}
    where campaign_id = ${campaignId} and status in ('queued', 'sending')`);
}
