import { eq, sql } from 'drizzle-orm';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { releaseCredits } from '#src/credits/release-credits.ts';
import { campaigns } from '#src/db/schema/campaigns.ts';
import { requireStatus } from './campaign.ts';
import { lockCampaign } from './lock-campaign.ts';
import { publishProgress } from './publish-moves.ts';
import { settleCampaign } from './settle-campaign.ts';

/** Ends the campaign: whoever was not written to is skipped and his credits are free at once. A message on the wire is waited for. */
export const cancelCampaign = (ctx: OrgContext, campaignId: string): Promise<void> =>
  inTransaction(ctx, async (ctx) => {
    const campaign = await lockCampaign(ctx, campaignId);
    requireStatus(campaign.status, 'cancel');
    const now = ctx.clock.now();
    await ctx.db
      .update(campaigns)
      .set({ status: 'cancelled', statusReason: 'cancelled-by-user', nextRunAt: null, endedAt: now, updatedAt: now })
      .where(eq(campaigns.id, campaignId));
    const credits = await skipUnsent(ctx, campaignId, campaign.messagesPerRecipient);
    await releaseCredits(ctx, { campaignId, credits });
    await recordActivity(ctx, {
      verb: 'campaigns.cancel',
      subjectType: 'campaign',
      subjectId: campaignId,
      details: { released: credits },
    });
    await settleCampaign(ctx, campaignId);
    await publishProgress(ctx, [campaignId]);
  });

/** Skips everyone without a message on the wire; answers the credits that this frees. */
async function skipUnsent(ctx: OrgContext, campaignId: string, messagesPerRecipient: number): Promise<number> {
  const now = ctx.clock.now().toISOString();
  const [skipped] = await ctx.db.execute<{ credits: string }>(sql`
    with dropped as (
      update messages set status = 'cancelled', updated_at = ${now}::timestamptz where campaign_id = ${campaignId} and status = 'queued'
    ), skipped as (
      update campaign_recipients r set status = 'skipped', status_reason = 'campaign-cancelled', updated_at = ${now}::timestamptz
      where r.campaign_id = ${campaignId} and r.status in ('queued', 'sending')
        and not exists (select 1 from messages m where m.recipient_id = r.id and m.status in ('sending', 'unknown'))
      returning ${messagesPerRecipient}::int - spent_credits as credits
    )
    select coalesce(sum(credits), 0) as credits from skipped`);
  return Number(skipped!.credits);
}
