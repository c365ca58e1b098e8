import { and, asc, eq, isNull, type SQL, sql } from 'drizzle-orm';
import { type Barred, barredSql } from '#src/accounts/barred-sql.ts';
import type { AppContext } from '#src/context.ts';
import { suppressionSql } from '#src/customers/suppression-sql.ts';
import { lanes } from '#src/db/schema/instances.ts';
import { messages } from '#src/db/schema/messages.ts';
import { beginProbe } from '#src/instances/begin-probe.ts';
import { passage, TRIES_BEFORE_TROUBLE } from '#src/instances/breaker.ts';
import { type Message, wantedProviderId } from '#src/messages/message.ts';
import { readSendingRules } from '#src/windows/read-sending-rules.ts';
import { dropSingles } from './drop-singles.ts';
import { type Claim, type DueLane, leaseMs } from './lane.ts';
import { oldestRunning } from './oldest-running.ts';

/** An answer that comes later than this is none. */
const STALE_HOURS = 24;
/** Messages that may not be sent any more, cancelled on the way in one transaction. */
const MOST_DROPPED = 20;

type Waiting = {
  message: Message;
  tooOld: string | null;
  barred: Barred | null;
  suppression: string | null;
  /** To somebody who has never written to us, nor we to him. */
  cold: boolean;
};

/** Why a single message `m` is not sent any more, as SQL; null when it may be. */
export const singleReason = {
  tooOld: (now: Date): SQL => sql`case
    when coalesce(m.waits_until_at, m.created_at + interval '1 hour' * ${STALE_HOURS}) <= ${now.toISOString()}::timestamptz then 'too-late' end`,
};

/** Until when a single message that is queued at `now` may wait. */
export const waitsUntil = (now: Date): Date => new Date(now.getTime() + STALE_HOURS * 3_600_000);

/**
 * Claims the oldest single message (one without a campaign) that waits on the lane: it goes before all bulk, at any hour, under the same
 * fence, lease, delay and breakers: while strangers may not be written to, those to strangers wait. Those that may not be sent any more are cancelled and paid back. Null: none waits, or the lane may not send.
 */
export async function claimSingleMessage(ctx: AppContext, lane: DueLane): Promise<Claim | null> {
  if (!lane.hasSingle && !lane.inFlightMessageId) return null;
  if (!lane.instanceOpen || lane.barred || lane.switchedOff) return null;
  const way = passage(lane.health.all, ctx.clock.now()).kind;
  const coldWay = passage(lane.health.cold, ctx.clock.now()).kind;
  if (way === 'shut') return null;
  for (let dropped = 0; dropped < MOST_DROPPED; dropped++) {
    const waiting = await oldestWaiting(ctx, lane, { probing: way === 'probe', warmOnly: coldWay === 'shut' });
    if (!waiting) return null;
    const reason = reasonOf(waiting);
    if (reason) {
      await dropSingles(ctx, [{ id: waiting.message.id, reason }]);
      continue;
    }
    const claim = await planClaim(ctx, lane, waiting.message);
    await saveClaim(ctx, claim, waiting.cold);
    if (way === 'probe') await beginProbe(ctx, lane.instanceId, 'all', claim.messageId);
    if (coldWay === 'probe' && waiting.cold) await beginProbe(ctx, lane.instanceId, 'cold', claim.messageId);
    return claim;
  }
  return null;
}

function reasonOf({ message, tooOld, barred, suppression }: Waiting): string | null {
  if (tooOld || message.purpose === 'opt-out-reply') return tooOld;
  return barred ?? suppression;
}

/** As a probe goes nothing that the connection refused again and again, as that may lie with it, while there is anything else. */
async function oldestWaiting(
  ctx: AppContext,
  lane: DueLane,
  { probing, warmOnly }: { probing: boolean; warmOnly: boolean },
): Promise<Waiting | undefined> {
  const now = ctx.clock.now();
  const m = messages;
  const address = { organizationId: sql`m.organization_id`, customerId: sql`m.customer_id`, phone: sql`m.address` };
  const about = (what: SQL) => sql`(select ${what} from messages m where m.id = ${m.id})`;
  const isTried = sql`${m.attempt} >= ${TRIES_BEFORE_TROUBLE}`;
  const [waiting] = await ctx.db
    .select({
      message: m,
      tooOld: sql<string | null>`${about(singleReason.tooOld(now))}`,
      barred: sql<Barred | null>`${barredSql(now, sql`${m.userId}`, sql`${m.organizationId}`)}`,
      suppression: sql<string | null>`${about(sql`(${suppressionSql(now, { ...address, email: null }, true)})`)}`,
      cold: sql<boolean>`${about(isCold)}`,
    })
    .from(m)
    .where(
      and(
        eq(m.instanceId, lane.instanceId),
        isNull(m.campaignId),
        eq(m.direction, 'out'),
        eq(m.status, 'queued'),
        warmOnly ? sql`not ${about(isCold)}` : undefined,
      ),
    )
    .orderBy(...(probing ? [isTried] : []), asc(m.id))
    .limit(1)
    .for('no key update');
  if (probing && waiting && waiting.message.attempt >= TRIES_BEFORE_TROUBLE && (await hasBulk(ctx, lane)))
    return undefined;
  return waiting;
}

/** Of `m`. */
const isCold = sql`m.purpose is null
  and not exists (select from conversations v where v.id = m.conversation_id and v.last_inbound_at is not null)
  and not exists (select from customers c where c.id = m.customer_id and c.last_contacted_at is not null)`;

async function hasBulk(ctx: AppContext, { instanceId }: DueLane): Promise<boolean> {
  const [campaign] = await ctx.db.execute(oldestRunning(instanceId, ctx.clock.now()));
  return campaign !== undefined;
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
    requestId: message.requestId,
    part,
    kind,
    address,
    body,
    inReplyTo: message.inReplyTo,
    content: message.content,
    mediaId,
    includeGraylisted: true,
    cold: false,
    untilPause: lane.untilPause,
    typingMs: 0,
    delay: { minSeconds: delayMinSeconds, maxSeconds: delayMaxSeconds },
  };
}

async function saveClaim(ctx: AppContext, claim: Claim, cold: boolean): Promise<void> {
  const now = ctx.clock.now();
  const { fence, attempt, wantedProviderId, messageId } = claim;
  const anew = { dispatchedAt: null, sentAt: null, ackedAt: null, failedAt: null, capturedAt: null, refundedAt: null };
  await ctx.db
    .update(messages)
    .set({
      ...anew,
      cold,
      status: 'sending',
      statusReason: null,
      providerMessageId: null,
      fence,
      attempt,
      wantedProviderId,
      claimedAt: now,
      updatedAt: now,
    })
    .where(eq(messages.id, messageId));
  const leaseUntilAt = new Date(now.getTime() + leaseMs(claim.kind, ctx.config.recoverySpeed));
  await ctx.db
    .update(lanes)
    .set({ fence, inFlightMessageId: messageId, leaseUntilAt, dueAt: leaseUntilAt })
    .where(eq(lanes.instanceId, claim.instanceId));
}
