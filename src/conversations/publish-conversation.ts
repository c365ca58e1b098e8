import type { AppContext } from '#src/context.ts';
import { publishLiveEvent } from '#src/live/publish-live-event.ts';
import type { Conversation } from './conversation.ts';

/** Tells front ends how a conversation stands now. */
export const publishConversation = (ctx: AppContext, conversation: Conversation): Promise<void> => {
  const { id, organizationId, instanceId, customerId, status, assigneeId, unreadCount, lastMessageAt, lastMessageId } =
    conversation;
  const data = {
    conversationId: id,
    instanceId,
    customerId,
    status,
    assigneeId,
    unreadCount,
    lastMessageId,
    lastMessageAt: lastMessageAt.toISOString(),
  };
  return publishLiveEvent({ ...ctx, organizationId }, { type: 'conversation.changed', data });
};
