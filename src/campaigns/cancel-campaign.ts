import { recordActivity } from '#src/accounts/record-activity.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { requireStatus } from './campaign.ts';
import { endCampaign } from './end-campaign.ts';
import { lockCampaign } from './lock-campaign.ts';

/** Ends the campaign: whoever was not written to is skipped and his credits are free at once. A message on the wire is waited for. */
export const cancelCampaign = (ctx: OrgContext, campaignId: string): Promise<void> =>
  inTransaction(ctx, async (ctx) => {
    const campaign = await lockCampaign(ctx, campaignId);
    requireStatus(campaign.status, 'cancel');
    const released = await endCampaign(ctx, campaign, {
      status: 'cancelled',
      statusReason: 'cancelled-by-user',
      skipReason: 'campaign-cancelled',
    });
    await recordActivity(ctx, {
      verb: 'campaigns.cancel',
      subjectType: 'campaign',
      subjectId: campaignId,
      details: { released },
    });
  });
