import { recordActivity } from '#src/accounts/record-activity.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import type { Message } from '#src/messages/message.ts';
import { Problem } from '#src/platform/problem.ts';
import { requireOpenNumber } from './choose-number.ts';
import { requireMessage } from './message-queries.ts';
import { requeueMessage } from './requeue-message.ts';
import { requireWritable } from './require-writable.ts';

/**
 * Sends a single message again that certainly reached nobody: it failed, or waited too long. It is held for anew, and tried under another
 * id where WhatsApp had refused it. 409 for any other.
 */
export const retryMessage = (ctx: OrgContext, id: string): Promise<void> =>
  inTransaction(ctx, async (ctx) => {
    const message = await requireMessage(ctx, id, true);
    if (!mayRetry(message))
      throw new Problem('conflict', {
        detail: {
          en: 'Only a single message that certainly failed can be sent again',
          tr: 'Yalnızca kesin olarak gönderilememiş tek bir mesaj yeniden gönderilebilir',
        },
        members: { messageStatus: message.status },
      });
    await requireOpenNumber(ctx, message.instanceId);
    await requireWritable(ctx, message);
    await requeueMessage(ctx, message);
    await recordActivity(ctx, { verb: 'messages.retry', subjectType: 'message', subjectId: id });
  });

function mayRetry(message: Message): boolean {
  const { direction, typedOnPhone, campaignId, purpose, status, statusReason, capturedAt, refundedAt } = message;
  if (direction === 'in' || typedOnPhone || campaignId !== null || purpose !== null) return false;
  if (status === 'cancelled') return statusReason !== 'withdrawn';
  return status === 'failed' && statusReason !== 'given-up' && (capturedAt === null || refundedAt !== null);
}
