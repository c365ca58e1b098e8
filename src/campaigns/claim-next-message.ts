import { eq } from 'drizzle-orm';
import { type AppContext, inTransaction } from '#src/context.ts';
import { lanes } from '#src/db/schema/instances.ts';
import { admitLane } from './admit-lane.ts';
import { chooseRecipient } from './choose-recipient.ts';
import { claimMessage } from './claim-message.ts';
import { settleCampaignJob } from './jobs.ts';
import type { Claim, DueLane } from './lane.ts';
import { lockDueLane } from './lock-due-lane.ts';
import { recoverLane } from './recover-lane.ts';

const ASK_AGAIN_MS = 250;

/**
 * Takes the right to send one message, on the lane that has been due longest, in one short transaction.
 * `'idle'`: no lane is due. `'looked'`: one was, but had nothing to send now; there may be others.
 */
export const claimNextMessage = (ctx: AppContext): Promise<Claim | 'idle' | 'looked'> =>
  inTransaction(ctx, async (ctx) => {
    const lane = await lockDueLane(ctx);
    if (!lane) return 'idle';
    const now = ctx.clock.now();
    if (lane.inFlightMessageId) await recoverLane(ctx, lane);
    const admission = await admitLane(ctx, lane);
    if (admission === 'none') return rest(ctx, lane, null);
    if (admission === 'locked') return rest(ctx, lane, new Date(now.getTime() + ASK_AGAIN_MS));
    const recipient = await chooseRecipient(ctx, admission.campaign);
    if (recipient === 'again') return rest(ctx, lane, now);
    if (recipient === 'exhausted') {
      await ctx.jobs.send(settleCampaignJob, { campaignId: admission.campaign.id });
      return rest(ctx, lane, now);
    }
    return (await claimMessage(ctx, lane, admission, recipient)) ?? rest(ctx, lane, now);
  });

async function rest(ctx: AppContext, lane: DueLane, dueAt: Date | null): Promise<'looked'> {
  await ctx.db
    .update(lanes)
    .set({ dueAt, inFlightMessageId: null, leaseUntilAt: null })
    .where(eq(lanes.instanceId, lane.instanceId));
  return 'looked';
}
