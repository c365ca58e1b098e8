import { and, eq } from 'drizzle-orm';
import type { FoundMessage } from '#src/channels/evolution/evolution-client.ts';
import { type AppContext, inTransaction } from '#src/context.ts';
import { organizations } from '#src/db/schema/accounts.ts';
import { messages } from '#src/db/schema/messages.ts';
import { type Sender, senderOf } from '#src/instances/sender-of.ts';
import { wakeLanes } from '#src/instances/wake-lanes.ts';
import { askForTrace, findSighting, type Trace } from '#src/messages/find-trace.ts';
import { type Ack, type AckStatus, ackStatuses, type Message } from '#src/messages/message.ts';
import { askAgainAt, nextLook } from '#src/messages/next-look.ts';
import { followAcks } from './follow-acks.ts';
import { followRecipients } from './follow-recipients.ts';
import { partOf } from './part-of.ts';
import { recordAcceptances } from './record-acceptances.ts';
import { requeueLost } from './requeue-lost.ts';
import { settleWhenDone } from './settle-when-done.ts';

/** A server that keeps our ids shows a repeated one once, so the same message may go out again, this often. */
const MOST_ATTEMPTS = 3;

/**
 * Looks once for what became of a message: found, it is sent and its credit spent; absent after the last look, it is sent
 * again only where that cannot double it or the organization asks for it, and else waits for a person.
 */
export async function reconcileUnknown(ctx: AppContext, lost: Message): Promise<void> {
  const sender = await senderOf(ctx, lost.instanceId!);
  const trace = await look(ctx, sender, lost);
  if (typeof trace === 'object') return resolveSent(ctx, lost, trace);
  const now = ctx.clock.now();
  const tries = trace === 'absent' ? lost.reconcileTries + 1 : lost.reconcileTries;
  const next = trace === 'absent' ? nextLook(ctx, 'unknown', tries, lost.dispatchedAt!) : askAgainAt(ctx);
  if (next) return keepLooking(ctx, lost, tries, next > now ? next : now);
  if (await mayResend(ctx, sender, lost)) return requeueLost(ctx, lost, 'not-sent');
  await leaveToPerson(ctx, lost);
}

/** The first look is at the webhooks alone: they come within seconds or not at all. */
async function look(ctx: AppContext, sender: Sender | null, lost: Message): Promise<Trace> {
  const sighting = await findSighting(ctx, lost);
  if (sighting) return sighting;
  if (lost.reconcileTries === 0) return 'absent';
  return sender ? askForTrace(ctx, sender, lost) : 'absent';
}

async function resolveSent(ctx: AppContext, lost: Message, found: FoundMessage): Promise<void> {
  await inTransaction(ctx, async (ctx) => {
    await recordAcceptances(ctx, [{ ...partOf(lost), fence: lost.fence, providerMessageId: found.providerMessageId }]);
    await wakeLanes(ctx, [lost.instanceId!]);
  });
  const at = ctx.clock.now();
  const acks = found.statuses
    .filter((status): status is AckStatus => (ackStatuses as readonly string[]).includes(status))
    .map((status): Ack => ({ instanceId: lost.instanceId!, providerMessageId: found.providerMessageId, status, at }));
  if (acks.length > 0) await followAcks(ctx, acks);
  ctx.log.info({ messageId: lost.id, campaignId: lost.campaignId }, 'an unknown message had been sent');
}

const stillUnknown = (lost: Message) =>
  and(eq(messages.id, lost.id), eq(messages.status, 'unknown'), eq(messages.fence, lost.fence));

async function keepLooking(ctx: AppContext, lost: Message, reconcileTries: number, reconcileAt: Date): Promise<void> {
  await ctx.db.update(messages).set({ reconcileTries, reconcileAt }).where(stillUnknown(lost));
}

async function mayResend(ctx: AppContext, sender: Sender | null, lost: Message): Promise<boolean> {
  // sent twice, a phone shows it once
  if (lost.kind === 'reaction') return lost.attempt < MOST_ATTEMPTS;
  if (sender?.keepsOwnMessageId && lost.kind !== 'voice' && lost.kind !== 'audio') return lost.attempt < MOST_ATTEMPTS;
  const [organization] = await ctx.db
    .select({ policy: organizations.unknownPolicy })
    .from(organizations)
    .where(eq(organizations.id, lost.organizationId));
  return organization?.policy === 'resend-when-absent' && sender !== null && lost.attempt < MOST_ATTEMPTS;
}

async function leaveToPerson(ctx: AppContext, lost: Message): Promise<void> {
  await inTransaction(ctx, async (ctx) => {
    await ctx.db.update(messages).set({ reconcileAt: null, statusReason: 'unresolved' }).where(stillUnknown(lost));
    if (lost.recipientId) await followRecipients(ctx, [lost.recipientId]);
    if (lost.campaignId) await settleWhenDone(ctx, lost.campaignId);
  });
}
