import { setTimeout as sleep } from 'node:timers/promises';
import { and, eq, lt, sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { campaignRecalls } from '#src/db/schema/campaigns.ts';
import { senderOf } from '#src/instances/sender-of.ts';
import { publishLiveEvent } from '#src/live/publish-live-event.ts';
import { recallableSince, type TakenBack, takeBackMessage } from '#src/messages/take-back-message.ts';
import { drawDelay } from '#src/windows/pace.ts';
import { readSendingRules } from '#src/windows/read-sending-rules.ts';
import { recallCampaignJob } from './jobs.ts';
import { type Recall, recallable, sentWithin } from './recall-campaign.ts';

/** Of one run; then another goes on. */
const MOST_STEPS = 500;
/** Longer waits are left to the queue. */
const LONGEST_SLEEP_MS = 5_000;
const TRY_AGAIN_MS = 30_000;

type Next = {
  id: string;
  organization_id: string;
  provider_message_id: string;
  address: string;
  dispatched_at: string;
};

/**
 * Takes back one message after the other, each in a slot of its lane like a message that is sent. A run that is cut off goes on where it was:
 * a message may then be asked to be taken back twice, which phones do not notice, but is counted once.
 */
export async function runRecall(ctx: AppContext, recallId: string, signal: AbortSignal): Promise<void> {
  for (let step = 0; step < MOST_STEPS && !signal.aborted; step++) {
    const recall = await readRunning(ctx, recallId);
    if (!recall) return;
    const next = await readNext(ctx, recall);
    if (!next) return complete(ctx, recall);
    const waitMs = await takeSlot(ctx, recall.instanceId);
    if (waitMs > LONGEST_SLEEP_MS) return goOn(ctx, recallId, waitMs);
    if (waitMs > 0) {
      await sleep(waitMs, undefined, { signal }).catch(() => {});
      continue;
    }
    const result = await takeBack(ctx, recall, next);
    if (result === 'unavailable' && recall.createdAt < recallableSince(ctx.clock.now())) return complete(ctx, recall);
    if (result === 'unavailable') return goOn(ctx, recallId, TRY_AGAIN_MS);
    await count(ctx, recall, next, result);
  }
  await goOn(ctx, recallId, 0);
}

async function readRunning(ctx: AppContext, recallId: string): Promise<Recall | null> {
  const [recall] = await ctx.db
    .select()
    .from(campaignRecalls)
    .where(and(eq(campaignRecalls.id, recallId), eq(campaignRecalls.status, 'running')));
  return recall ?? null;
}

/** In the order in which they left. */
async function readNext(ctx: AppContext, recall: Recall): Promise<Next | undefined> {
  const { reachedAt, reachedId } = recall;
  const after = reachedAt
    ? sql`and (m.dispatched_at, m.id) > (${reachedAt.toISOString()}::timestamptz, ${reachedId}::uuid)`
    : sql``;
  const [next] = await ctx.db.execute<Next>(sql`
    select m.id, m.organization_id, m.provider_message_id, m.address, m.dispatched_at from messages m
    where ${recallable(recall)} ${after} order by m.dispatched_at, m.id limit 1`);
  return next;
}

/** Takes the lane's next slot as a message would, so that nothing leaves meanwhile. Answers how long to wait for one; 0: it is ours. */
async function takeSlot(ctx: AppContext, instanceId: string): Promise<number> {
  const now = ctx.clock.now();
  const at = sql`${now.toISOString()}::timestamptz`;
  const [lane] = await ctx.db.execute<{ user_id: string; next_allowed_at: string | null; busy: boolean }>(sql`
    select user_id, next_allowed_at, in_flight_message_id is not null as busy from lanes where instance_id = ${instanceId}`);
  if (!lane) return 0;
  const { delayMinSeconds, delayMaxSeconds } = await readSendingRules(ctx, lane.user_id);
  const next = new Date(now.getTime() + drawDelay(delayMinSeconds, delayMaxSeconds, Math.random));
  const taken = await ctx.db.execute(sql`
    update lanes set next_allowed_at = ${next.toISOString()}::timestamptz,
      due_at = case when due_at is not null then greatest(due_at, ${next.toISOString()}::timestamptz) end
    where instance_id = ${instanceId} and in_flight_message_id is null and (next_allowed_at is null or next_allowed_at <= ${at})
    returning instance_id`);
  if (taken.length > 0) return 0;
  const free = lane.next_allowed_at ? new Date(lane.next_allowed_at).getTime() - now.getTime() : 0;
  return Math.max(free, 500);
}

async function takeBack(ctx: AppContext, recall: Recall, next: Next): Promise<TakenBack> {
  const sender = await senderOf(ctx, recall.instanceId);
  if (!sender) return 'refused';
  return takeBackMessage(ctx, sender, {
    id: next.id,
    organizationId: next.organization_id,
    instanceId: recall.instanceId,
    conversationId: null,
    campaignId: recall.campaignId,
    address: next.address,
    providerMessageId: next.provider_message_id,
  });
}

/** Only if nobody else was faster. */
async function count(ctx: AppContext, recall: Recall, next: Next, result: TakenBack): Promise<void> {
  const now = ctx.clock.now();
  const [counted] = await ctx.db
    .update(campaignRecalls)
    .set({
      reachedAt: new Date(next.dispatched_at),
      reachedId: next.id,
      ...(result === 'recalled'
        ? { recalledCount: recall.recalledCount + 1 }
        : { failedCount: recall.failedCount + 1 }),
      updatedAt: now,
    })
    .where(
      and(
        eq(campaignRecalls.id, recall.id),
        sql`${campaignRecalls.reachedId} is not distinct from ${recall.reachedId}`,
      ),
    )
    .returning();
  if (counted) await publishRecall(ctx, counted);
}

/** Counted once more: a run that was cut off between taking back and counting is one short. */
async function complete(
  ctx: AppContext,
  { id, instanceId, campaignId, sentAfterAt, createdAt }: Recall,
): Promise<void> {
  const now = ctx.clock.now();
  const [sum] = await ctx.db.execute<{ recalled: number }>(sql`
    select count(*)::int as recalled from messages m
    where ${sentWithin({ instanceId, campaignId, sentAfterAt })} and m.recalled_at >= ${createdAt.toISOString()}::timestamptz`);
  const [ended] = await ctx.db
    .update(campaignRecalls)
    .set({ status: 'completed', recalledCount: sum!.recalled, endedAt: now, updatedAt: now })
    .where(and(eq(campaignRecalls.id, id), eq(campaignRecalls.status, 'running')))
    .returning();
  if (ended) await publishRecall(ctx, ended);
}

const publishRecall = (ctx: AppContext, recall: Recall): Promise<void> =>
  publishLiveEvent(
    { ...ctx, organizationId: recall.organizationId },
    {
      type: 'campaign.recall-progress',
      data: {
        campaignId: recall.campaignId,
        status: recall.status,
        total: recall.totalCount,
        recalled: recall.recalledCount,
        failed: recall.failedCount,
      },
    },
  );

async function goOn(ctx: AppContext, recallId: string, waitMs: number): Promise<void> {
  const now = ctx.clock.now();
  await ctx.db.update(campaignRecalls).set({ updatedAt: now }).where(eq(campaignRecalls.id, recallId));
  await ctx.jobs.send(recallCampaignJob, { recallId }, { startAfter: new Date(now.getTime() + waitMs) });
}

const FORGOTTEN_MINUTES = 15;

/** Goes on with recalls of which nothing was heard for a while: their job was lost. */
export async function resumeRecalls(ctx: AppContext): Promise<void> {
  const before = new Date(ctx.clock.now().getTime() - FORGOTTEN_MINUTES * 60_000);
  const lost = await ctx.db
    .select({ id: campaignRecalls.id })
    .from(campaignRecalls)
    .where(and(eq(campaignRecalls.status, 'running'), lt(campaignRecalls.updatedAt, before)))
    .limit(100);
  for (const { id } of lost) await goOn(ctx, id, 0);
}
