import { sql } from 'drizzle-orm';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { waitsUntil } from '#src/campaigns/claim-single-message.ts';
import type { OrgContext } from '#src/context.ts';
import { holdMessageCredits } from '#src/credits/hold-message-credits.ts';
import { conversations } from '#src/db/schema/conversations.ts';
import { messages } from '#src/db/schema/messages.ts';
import { wakeLanes } from '#src/instances/wake-lanes.ts';
import { publishLiveEvent } from '#src/live/publish-live-event.ts';
import type { Message } from '#src/messages/message.ts';
import { newId } from '#src/platform/ids.ts';
import { Problem } from '#src/platform/problem.ts';
import { addressOf, type Conversation } from './conversation.ts';
import { publishConversation } from './publish-conversation.ts';
import { requireWritable } from './require-writable.ts';

/** A message to be sent in a conversation. */
export type Outgoing = Pick<Message, 'kind' | 'body' | 'mediaId'> & Partial<Pick<Message, 'inReplyTo' | 'content'>>;

/**
 * Has messages go out in this order, ahead of bulk, and holds a credit for each (a reaction is free): all of them or, with a 402, none. In the
 * transaction that holds the conversation. What has not left by `waitsUntilAt` (a day from now unless told) is not sent any more. Answers their ids.
 */
export async function queueMessages(
  ctx: OrgContext,
  conversation: Conversation,
  outgoing: Outgoing[],
  { waitsUntilAt }: { waitsUntilAt?: Date } = {},
): Promise<string[]> {
  const { id: conversationId, instanceId, phone, lid } = conversation;
  if (!phone && !lid)
    throw new Problem('conflict', { detail: { en: 'This customer was deleted', tr: 'Bu müşteri silinmiş' } });
  // whose phone is hidden is not known by it
  const customerId = phone ? conversation.customerId : null;
  const address = addressOf(conversation);
  await requireWritable(ctx, { customerId, address });
  const { organizationId, userId } = ctx;
  const at = ctx.clock.now();
  const queued = outgoing.map((message) => ({ ...message, id: newId() }));
  const ids = queued.map(({ id }) => id);
  const place = { organizationId, userId, instanceId, customerId, conversationId, address, requestId: ctx.requestId };
  const times = { saidAt: at, waitsUntilAt: waitsUntilAt ?? waitsUntil(at), createdAt: at, updatedAt: at };
  await ctx.db.insert(messages).values(queued.map((message) => ({ ...message, ...place, ...times })));
  await holdMessageCredits(
    ctx,
    queued.filter(({ kind }) => kind !== 'reaction').map(({ id }) => id),
  );
  const last = queued.findLast(({ kind }) => kind !== 'reaction');
  if (last) await publishConversation(ctx, await saidLast(ctx, conversationId, last.id));
  await recordActivity(ctx, {
    verb: 'messages.send',
    subjectType: 'conversation',
    subjectId: conversationId,
    details: { messageIds: ids, kinds: queued.map(({ kind }) => kind) },
  });
  for (const { id, kind } of queued)
    await publishLiveEvent(ctx, {
      type: 'message.sent',
      data: { messageId: id, conversationId, customerId, instanceId, kind, status: 'queued' },
    });
  await wakeLanes(ctx, [instanceId]);
  return ids;
}

/** What is written to is open again, and stands at the top. */
async function saidLast(ctx: OrgContext, id: string, messageId: string): Promise<Conversation> {
  const now = ctx.clock.now();
  const [row] = await ctx.db
    .update(conversations)
    .set({
      status: 'open',
      lastMessageId: messageId,
      lastMessageAt: sql`greatest(${conversations.lastMessageAt}, ${now.toISOString()}::timestamptz)`,
      updatedAt: now,
    })
    .where(sql`${conversations.id} = ${id}`)
    .returning();
  return row!;
}
