import { eq } from 'drizzle-orm';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { campaigns } from '#src/db/schema/campaigns.ts';
import { requireStatus } from './campaign.ts';
import { lockCampaign } from './lock-campaign.ts';
import { publishProgress } from './publish-moves.ts';

/** No message is begun after this returns; one that is on the wire ends by itself. Credits stay held. */
export const pauseCampaign = (ctx: OrgContext, campaignId: string): Promise<void> =>
  inTransaction(ctx, async (ctx) => {
    const campaign = await lockCampaign(ctx, campaignId);
    requireStatus(campaign.status, 'pause');
    await ctx.db
      .update(campaigns)
      .set({ status: 'paused', statusReason: 'paused-by-user', nextRunAt: null, updatedAt: ctx.clock.now() })
      .where(eq(campaigns.id, campaignId));
    await recordActivity(ctx, { verb: 'campaigns.pause', subjectType: 'campaign', subjectId: campaignId });
    await publishProgress(ctx, [campaignId]);
  });
