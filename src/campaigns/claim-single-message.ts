import { and, asc, eq, isNull } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { lanes } from '#src/db/schema/instances.ts';
import { messages } from '#src/db/schema/messages.ts';
import { passage } from '#src/instances/breaker.ts';
import { type Message, wantedProviderId } from '#src/messages/message.ts';
import { readSendingRules } from '#src/windows/read-sending-rules.ts';
import { type Claim, type DueLane, leaseMs } from './lane.ts';

/** An answer that comes later than this is none. */
const STALE_MS = 24 * 3_600_000;

/**
 * Claims the oldest single message (one without a campaign) that waits on the lane: it goes before all bulk, at any hour, under
 * the same fence, lease and delay. Null: none waits, or the lane may not send.
 */
export async function claimSingleMessage(ctx: AppContext, lane: DueLane): Promise<Claim | null> {
  const now = ctx.clock.now();
  if (!lane.hasSingle && !lane.inFlightMessageId) return null;
  if (!lane.instanceOpen || lane.barred) return null;
  if (passage(lane.health.all, now).kind !== 'free') return null;
  const message = await oldestWaiting(ctx, lane);
  if (!message) return null;
  if (now.getTime() - message.createdAt.getTime() > STALE_MS) {
    await ctx.db
      .update(messages)
      .set({ status: 'cancelled', statusReason: 'too-late', updatedAt: now })
      .where(eq(messages.id, message.id));
    return claimSingleMessage(ctx, lane);
  }
  const claim = await planClaim(ctx, lane, message);
  await saveClaim(ctx, claim);
  return claim;
}

async function oldestWaiting(ctx: AppContext, lane: DueLane): Promise<Message | undefined> {
  const [message] = await ctx.db
    .select()
    .from(messages)
    .where(
      and(
        eq(messages.instanceId, lane.instanceId),
        isNull(messages.campaignId),
        eq(messages.direction, 'out'),
        eq(messages.status, 'queued'),
      ),
    )
    .orderBy(asc(messages.id))
    .limit(1)
    .for('no key update');
  return message;
}

async function planClaim(ctx: AppContext, lane: DueLane, message: Message): Promise<Claim> {
  const { delayMinSeconds, delayMaxSeconds } = await readSendingRules(ctx, lane.userId);
  const { id, organizationId, userId, customerId, purpose, part, kind, address, body, mediaId, round } = message;
  return {
    messageId: id,
    wantedProviderId: wantedProviderId(ctx.authSecret, id, round),
    attempt: message.attempt + 1,
    fence: lane.fence + 1,
    instanceId: lane.instanceId,
    organizationId,
    userId,
    campaignId: null,
    recipientId: null,
    customerId,
    purpose,
    part,
    kind,
    address,
    body,
    mediaId,
    includeGraylisted: true,
    cold: false,
    untilPause: lane.untilPause,
    typingMs: 0,
    delay: { minSeconds: delayMinSeconds, maxSeconds: delayMaxSeconds },
  };
}

async function saveClaim(ctx: AppContext, claim: Claim): Promise<void> {
  const now = ctx.clock.now();
  const { fence, attempt, wantedProviderId, messageId } = claim;
  const sending = { status: 'sending' as const, statusReason: null, providerMessageId: null, dispatchedAt: null };
  await ctx.db
    .update(messages)
    .set({ ...sending, fence, attempt, wantedProviderId, claimedAt: now, updatedAt: now })
    .where(eq(messages.id, messageId));
  const leaseUntilAt = new Date(now.getTime() + leaseMs(claim.kind, ctx.config.recoverySpeed));
  await ctx.db
    .update(lanes)
    .set({ fence, inFlightMessageId: messageId, leaseUntilAt, dueAt: leaseUntilAt })
    .where(eq(lanes.instanceId, claim.instanceId));
}
