import { eq, sql } from 'drizzle-orm';
import { type AppContext, inTransaction } from '#src/context.ts';
import { campaigns } from '#src/db/schema/campaigns.ts';
import { lanes } from '#src/db/schema/instances.ts';
import { beginProbe } from '#src/instances/begin-probe.ts';
import { type Admission, admitLane } from './admit-lane.ts';
import type { Campaign } from './campaign.ts';
import { chooseRecipient, type Recipient } from './choose-recipient.ts';
import { claimMessage } from './claim-message.ts';
import { claimSingleMessage } from './claim-single-message.ts';
import { settleCampaignJob } from './jobs.ts';
import { keepWaiting } from './keep-waiting.ts';
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
    const single = await claimSingleMessage(ctx, lane);
    if (single) return single;
    const admission = await admitLane(ctx, lane);
    if (admission === 'none') return rest(ctx, lane, null);
    if (admission === 'locked') return rest(ctx, lane, new Date(now.getTime() + ASK_AGAIN_MS));
    if ('restUntil' in admission) return rest(ctx, lane, admission.restUntil);
    const recipient = await chooseNext(ctx, admission);
    if (typeof recipient === 'string') return rest(ctx, lane, now);
    const claim = await claimMessage(ctx, lane, admission, recipient);
    if (!claim) return rest(ctx, lane, now);
    if (admission.way.probes.all) await beginProbe(ctx, lane.instanceId, 'all', claim.messageId);
    if (admission.way.probes.cold && claim.cold) await beginProbe(ctx, lane.instanceId, 'cold', claim.messageId);
    return claim;
  });

/** Who is next: strangers only while they may be written to, and never as the probe of a number if there is anybody else. */
async function chooseNext(ctx: AppContext, { campaign, way }: Admission): Promise<Recipient | 'again' | 'waiting'> {
  const { coldObstacle } = way;
  const warm = coldObstacle || way.probes.all ? await chooseRecipient(ctx, campaign, true) : 'exhausted';
  if (warm !== 'exhausted') return warm;
  if (coldObstacle && (await hasSomebody(ctx, campaign))) {
    await keepWaiting(ctx, eq(campaigns.id, campaign.id), coldObstacle);
    return 'waiting';
  }
  const recipient = await chooseRecipient(ctx, campaign);
  if (recipient !== 'exhausted') return recipient;
  await ctx.jobs.send(settleCampaignJob, { campaignId: campaign.id });
  return 'waiting';
}

async function hasSomebody(ctx: AppContext, { id }: Campaign): Promise<boolean> {
  const [somebody] = await ctx.db.execute(sql`
    select from campaign_recipients where campaign_id = ${id} and status in ('queued', 'sending') limit 1`);
  return somebody !== undefined;
}

async function rest(ctx: AppContext, lane: DueLane, dueAt: Date | null): Promise<'looked'> {
  await ctx.db
    .update(lanes)
    .set({ dueAt, inFlightMessageId: null, leaseUntilAt: null })
    .where(eq(lanes.instanceId, lane.instanceId));
  return 'looked';
}
