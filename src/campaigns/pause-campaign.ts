import { eq } from 'drizzle-orm';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { campaigns } from '#src/db/schema/campaigns.ts';
import { requireStatus } from './campaign.ts';
import { lockCampaign } from './lock-campaign.ts';
import { type Operator, operatorsWord } from './operator.ts';
import { publishProgress } from './publish-moves.ts';

/**
 * No message is begun after this returns; one that is on the wire ends by itself. Credits stay held. Paused by an operator, the owner resumes it
 * only where that is allowed; one that its owner had paused already is held back then too.
 */
export const pauseCampaign = (
  ctx: OrgContext,
  campaignId: string,
  operator: (Operator & { ownerMayResume: boolean }) | null = null,
): Promise<void> =>
  inTransaction(ctx, async (ctx) => {
    const campaign = await lockCampaign(ctx, campaignId);
    requireStatus(campaign.status, operator ? 'hold' : 'pause');
    const statusReason = operator ? 'paused-by-admin' : 'paused-by-user';
    const operatorHold = operator !== null && !operator.ownerMayResume;
    await ctx.db
      .update(campaigns)
      .set({
        status: 'paused',
        statusReason,
        nextRunAt: null,
        operatorHold,
        operatorNote: operator?.reason ?? null,
        updatedAt: ctx.clock.now(),
      })
      .where(eq(campaigns.id, campaignId));
    await recordActivity(ctx, {
      verb: 'campaigns.pause',
      subjectType: 'campaign',
      subjectId: campaignId,
      details: { ...operatorsWord(operator), ...(operator && { ownerMayResume: operator.ownerMayResume }) },
      changes: { status: [campaign.status, 'paused'] },
    });
    await publishProgress(ctx, [campaignId]);
  });
