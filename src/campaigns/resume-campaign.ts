import { eq } from 'drizzle-orm';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { campaigns } from '#src/db/schema/campaigns.ts';
import { Problem } from '#src/platform/problem.ts';
import { nextOpening } from '#src/windows/sending-window.ts';
import { type Campaign, requireStatus } from './campaign.ts';
import { startCampaignJob } from './jobs.ts';
import { lockCampaign } from './lock-campaign.ts';
import { type Operator, operatorsWord } from './operator.ts';
import { publishProgress } from './publish-moves.ts';
import { readStartWindow } from './read-start-window.ts';

/**
 * Makes a paused campaign pending again: it goes on at once, or when the window opens, with those not yet written to. What an operator holds back,
 * only an operator resumes: 409.
 */
export const resumeCampaign = (ctx: OrgContext, campaignId: string, operator: Operator | null = null): Promise<void> =>
  inTransaction(ctx, async (ctx) => {
    const campaign = await lockCampaign(ctx, campaignId);
    requireStatus(campaign.status, 'resume');
    if (campaign.operatorHold && !operator) throw heldBack(campaign);
    const now = ctx.clock.now();
    const window = await readStartWindow(ctx, campaign);
    const nextRunAt = nextOpening(window, campaign.startAt > now ? campaign.startAt : now);
    if (!nextRunAt)
      throw new Problem('conflict', {
        detail: { en: 'Your sending window never opens', tr: 'Gönderim saatleriniz hiç açılmıyor' },
      });
    await ctx.db
      .update(campaigns)
      .set({
        status: 'pending',
        statusReason: null,
        nextRunAt,
        operatorHold: false,
        operatorNote: operator?.reason ?? null,
        updatedAt: now,
      })
      .where(eq(campaigns.id, campaignId));
    await recordActivity(ctx, {
      verb: 'campaigns.resume',
      subjectType: 'campaign',
      subjectId: campaignId,
      details: operatorsWord(operator),
      changes: { status: [campaign.status, 'pending'] },
    });
    await publishProgress(ctx, [campaignId]);
    if (nextRunAt <= now) await ctx.jobs.send(startCampaignJob, { campaignId });
  });

const heldBack = ({ operatorNote }: Campaign): Problem =>
  new Problem('conflict', {
    detail: {
      en: 'The platform has paused this campaign; only the platform can resume it',
      tr: 'Bu kampanyayı platform duraklattı; yalnızca platform devam ettirebilir',
    },
    members: { campaignStatus: 'paused', adminNote: operatorNote },
  });
