import type { AppContext } from '#src/context.ts';
import { type OrganizationEvent, publishLiveEvents } from '#src/live/publish-live-events.ts';
import type { Amended } from './apply-amendments.ts';
import type { Answer } from './attribute-replies.ts';
import type { Received } from './insert-messages.ts';
import type { ChangedConversation } from './update-conversations.ts';

/** Tells front ends what came in and how conversations stand now. */
export async function announce(
  ctx: AppContext,
  received: Received[],
  amended: Amended[],
  changed: ChangedConversation[],
  answers: Answer[],
): Promise<void> {
  const campaigns = new Map(answers.map(({ messageId, campaignId }) => [messageId, campaignId]));
  const heard = received
    .filter(({ fromMe }) => !fromMe)
    .map((one) => toReceived(one, campaigns.get(one.messageId) ?? null));
  const altered = amended.map(toAmended);
  const now = changed.map(({ organizationId, ...data }) => ({ organizationId, type: 'conversation.changed', data }));
  await publishLiveEvents(ctx, [...heard, ...altered, ...now]);
}

const toReceived = (one: Received, answersCampaignId: string | null): OrganizationEvent => ({
  organizationId: one.organizationId,
  type: 'message.received',
  data: {
    messageId: one.messageId,
    conversationId: one.conversationId,
    customerId: one.customerId,
    instanceId: one.instanceId,
    kind: one.kind,
    saidAt: one.saidAt.toISOString(),
    attached: one.attached,
    answersCampaignId,
  },
});

const toAmended = ({ type, organizationId, messageId, conversationId, instanceId, direction }: Amended) => ({
  organizationId,
  type: `message.${type}`,
  data: { messageId, conversationId, instanceId, direction },
});
