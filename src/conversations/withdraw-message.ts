import { recordActivity } from '#src/accounts/record-activity.ts';
import { dropSingles } from '#src/campaigns/drop-singles.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { Problem } from '#src/platform/problem.ts';
import { requireMessage } from './message-queries.ts';
import { recallMessage } from './recall-message.ts';

/**
 * Takes a single message back wherever it is: one that waits is cancelled and its credit free again; one that went out is deleted for
 * everyone. 409 while it is on the wire, and for one that never went out. Repeatable.
 */
export async function withdrawMessage(ctx: OrgContext, id: string): Promise<void> {
  const dropped = await inTransaction(ctx, async (ctx) => {
    await requireMessage(ctx, id);
    const dropped = (await dropSingles(ctx, [{ id, reason: 'withdrawn' }])).has(id);
    if (dropped) await recordActivity(ctx, { verb: 'messages.withdraw', subjectType: 'message', subjectId: id });
    return dropped;
  });
  if (dropped) return;
  const { status } = await requireMessage(ctx, id);
  if (status === 'cancelled') return;
  if (status !== 'sending') return recallMessage(ctx, id);
  throw new Problem('conflict', {
    detail: { en: 'The message is leaving at this moment', tr: 'Mesaj şu anda gönderiliyor' },
    members: { messageStatus: status },
  });
}
