import { and, eq, inArray, isNull } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { messages } from '#src/db/schema/messages.ts';
import { senderOf } from '#src/instances/sender-of.ts';
import { type Ack, type AckStatus, ackStatuses, type Message } from '#src/messages/message.ts';
import { askAgainAt, nextLook } from '#src/messages/next-look.ts';
import { followAcks } from './follow-acks.ts';
import { followRecipients } from './follow-recipients.ts';

/**
 * Asks Evolution about a message that was sent and never acknowledged: what it knows is applied, else it is `unconfirmed`. An ack
 * that had to be asked for means that webhooks are lost, so those that should follow it are asked for later as well.
 */
export async function confirmSent(ctx: AppContext, message: Message): Promise<void> {
  const sender = await senderOf(ctx, message.instanceId!);
  const answer = await sender?.client.findStatusMessage(sender.providerName, message.providerMessageId!);
  const now = ctx.clock.now();
  if (answer && answer.kind !== 'accepted') return schedule(ctx, message, message.reconcileTries, askAgainAt(ctx));
  const acks = (answer?.value ?? []).filter(isAck).map((status) => ackOf(message, status, now));
  const tries = message.reconcileTries + 1;
  const next = nextLook(ctx, 'sent', tries, message.sentAt!);
  if (acks.length > 0) await followAcks(ctx, acks);
  if (acks.length > 0 || message.ackedAt) return lookOn(ctx, message, tries, next);
  await schedule(ctx, message, tries, next, 'unconfirmed');
  if (message.recipientId) await followRecipients(ctx, [message.recipientId]);
}

const isAck = (status: string): status is AckStatus =>
  (ackStatuses as readonly string[]).includes(status) && status !== 'PENDING';

const ackOf = (message: Message, status: AckStatus, at: Date): Ack => ({
  instanceId: message.instanceId!,
  providerMessageId: message.providerMessageId!,
  status,
  at,
});

async function schedule(
  ctx: AppContext,
  message: Message,
  reconcileTries: number,
  reconcileAt: Date | null,
  statusReason = message.statusReason,
): Promise<void> {
  await ctx.db
    .update(messages)
    .set({ reconcileTries, reconcileAt, statusReason })
    .where(and(eq(messages.id, message.id), eq(messages.status, 'sent'), isNull(messages.ackedAt)));
}

async function lookOn(
  ctx: AppContext,
  { id }: Message,
  reconcileTries: number,
  reconcileAt: Date | null,
): Promise<void> {
  await ctx.db
    .update(messages)
    .set({ reconcileTries, reconcileAt })
    .where(and(eq(messages.id, id), inArray(messages.status, ['sent', 'delivered'])));
}
