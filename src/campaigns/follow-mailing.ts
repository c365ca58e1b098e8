import { and, eq, isNotNull } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { campaignProgress, campaigns } from '#src/db/schema/campaigns.ts';
import type { BatchEnd } from '#src/emails/send-batch.ts';
import { guardReputation } from './guard-reputation.ts';
import { keepWaiting } from './keep-waiting.ts';
import { publishProgress } from './publish-moves.ts';
import { settleCampaign } from './settle-campaign.ts';

/**
 * What the end of a batch means for its campaign: it goes on, waits with a reason, is paused until a person has set its identity right, or
 * has nobody left and completes.
 */
export async function followMailing(ctx: AppContext, campaignId: string, end: BatchEnd): Promise<void> {
  const which = eq(campaigns.id, campaignId);
  if (end.kind === 'closed')
    await keepWaiting(ctx, which, { code: 'outside-sending-window', until: end.until, as: 'pending' });
  else if (end.kind === 'barred') await keepWaiting(ctx, which, { code: end.reason, until: null, as: 'paused' });
  else if (end.kind === 'waiting') await keepWaiting(ctx, which, { code: end.reason, until: end.until, as: 'running' });
  else
    await ctx.db
      .update(campaigns)
      .set({ statusReason: null, nextRunAt: null })
      .where(and(which, eq(campaigns.status, 'running'), isNotNull(campaigns.statusReason)));
  await publishProgress(ctx, [campaignId]);
  await guardReputation(ctx, [campaignId]);
  if (end.kind === 'exhausted' || (await isDone(ctx, campaignId))) await settleCampaign(ctx, campaignId);
}

/** Two workers that end at once each see the other's batch still taken. */
async function isDone(ctx: AppContext, campaignId: string): Promise<boolean> {
  const [progress] = await ctx.db.select().from(campaignProgress).where(eq(campaignProgress.campaignId, campaignId));
  return progress!.queuedCount + progress!.sendingCount === 0;
}
