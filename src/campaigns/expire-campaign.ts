import { sql } from 'drizzle-orm';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { type AppContext, actFor } from '#src/context.ts';
import type { Campaign } from './campaign.ts';
import { endCampaign } from './end-campaign.ts';
import { mailCampaignFinished } from './mail-campaign-finished.ts';

/**
 * Ends a campaign whose `validUntil` has come, in the transaction that holds it: completed with whom it reached, failed when
 * that is nobody. The rest is skipped as `expired`, its credits are free.
 */
export async function expireCampaign(ctx: AppContext, campaign: Campaign): Promise<void> {
  const acting = actFor(ctx, campaign);
  const status = (await reachedSomebody(ctx, campaign.id)) ? 'completed' : 'failed';
  const released = await endCampaign(acting, campaign, { status, statusReason: 'expired', skipReason: 'expired' });
  await recordActivity(acting, {
    verb: 'campaigns.expire',
    subjectType: 'campaign',
    subjectId: campaign.id,
    details: { released },
  });
  await mailCampaignFinished(ctx, campaign);
}

/** Also one of whom that is not known yet. */
async function reachedSomebody(ctx: AppContext, campaignId: string): Promise<boolean> {
  const [found] = await ctx.db.execute(sql`
    select 1 from campaign_recipients r
    where r.campaign_id = ${campaignId} and (r.status in ('sent', 'delivered', 'read', 'unknown') or r.spent_credits > 0
      or r.status = 'sending' and (r.batch is not null or exists (select 1 from messages m where m.recipient_id = r.id and m.status = 'sending')))
    limit 1`);
  return found !== undefined;
}
