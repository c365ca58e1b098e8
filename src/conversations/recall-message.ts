import { recordActivity } from '#src/accounts/record-activity.ts';
import type { OrgContext } from '#src/context.ts';
import { senderOf } from '#src/instances/sender-of.ts';
import { recallableSince, takeBackMessage } from '#src/messages/take-back-message.ts';
import { Problem } from '#src/platform/problem.ts';
import { requireOpenNumber } from './choose-number.ts';
import { requireMessage } from './message-queries.ts';

const onPhones = ['sent', 'delivered', 'read', 'played'];

/**
 * Deletes a message of ours for everyone. Its credit stays spent: it was delivered. 409 for one that is not on the phones or is older than
 * WhatsApp allows, 503 when Evolution does not answer. Repeatable: one that is gone stays gone.
 */
export async function recallMessage(ctx: OrgContext, id: string): Promise<void> {
  const message = await requireMessage(ctx, id);
  if (message.recalledAt) return;
  const { providerMessageId, sentAt } = message;
  if (
    message.direction === 'in' ||
    message.kind === 'reaction' ||
    !onPhones.includes(message.status) ||
    !providerMessageId
  )
    throw new Problem('conflict', {
      detail: {
        en: 'Only a message of ours that went out can be taken back',
        tr: 'Yalnızca gönderilmiş bir mesajımız geri alınabilir',
      },
      members: { messageStatus: message.status },
    });
  if (!sentAt || sentAt < recallableSince(ctx.clock.now()))
    throw new Problem('conflict', {
      detail: {
        en: 'WhatsApp takes messages back for 60 hours only',
        tr: 'WhatsApp mesajların yalnızca 60 saat içinde geri alınmasına izin verir',
      },
    });
  const { id: instanceId } = await requireOpenNumber(ctx, message.instanceId);
  const sender = await senderOf(ctx, instanceId);
  const result = sender ? await takeBackMessage(ctx, sender, { ...message, providerMessageId }) : 'unavailable';
  if (result === 'unavailable') throw new Problem('whatsapp-unavailable');
  if (result === 'refused')
    throw new Problem('conflict', {
      detail: { en: 'WhatsApp does not take this message back', tr: 'WhatsApp bu mesajı geri almıyor' },
    });
  await recordActivity(ctx, { verb: 'messages.recall', subjectType: 'message', subjectId: id });
}
