import type { Message } from '#src/messages/message.ts';

/** Of a campaign's message, what its acceptance needs to know. */
export const partOf = (message: Message) => ({
  messageId: message.id,
  instanceId: message.instanceId!,
  organizationId: message.organizationId,
  userId: message.userId,
  campaignId: message.campaignId!,
  recipientId: message.recipientId!,
  customerId: message.customerId!,
  part: message.part,
});
