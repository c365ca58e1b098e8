import { eq } from 'drizzle-orm';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { campaigns } from '#src/db/schema/campaigns.ts';
import { requireStatus } from './campaign.ts';
import { endCampaign } from './end-campaign.ts';
import { lockCampaign } from './lock-campaign.ts';
import { type Operator, operatorsWord } from './operator.ts';

/** Ends the campaign: whoever was not written to is skipped and his credits are free at once. A message on the wire is waited for. */
export const cancelCampaign = (ctx: OrgContext, campaignId: string, operator: Operator | null = null): Promise<void> =>
  inTransaction(ctx, async (ctx) => {
    const campaign = await lockCampaign(ctx, campaignId);
    requireStatus(campaign.status, 'cancel');
    await ctx.db
      .update(campaigns)
      .set({ operatorHold: false, operatorNote: operator?.reason ?? null })
      .where(eq(campaigns.id, campaignId));
    const released = await endCampaign(ctx, campaign, {
      status: 'cancelled',
      statusReason: operator ? 'cancelled-by-admin' : 'cancelled-by-user',
      skipReason: 'campaign-cancelled',
    });
    await recordActivity(ctx, {
      verb: 'campaigns.cancel',
      subjectType: 'campaign',
      subjectId: campaignId,
      details: { released, ...operatorsWord(operator) },
      changes: { status: [campaign.status, 'cancelled'] },
    });
  });
