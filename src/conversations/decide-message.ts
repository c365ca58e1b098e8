import { eq } from 'drizzle-orm';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { partOf } from '#src/campaigns/part-of.ts';
import { publishMoves } from '#src/campaigns/publish-moves.ts';
import { recordAcceptances } from '#src/campaigns/record-acceptances.ts';
import type { Decision } from '#src/campaigns/resolve-unknown.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { releaseMessageCredits } from '#src/credits/release-message-credits.ts';
import { messages } from '#src/db/schema/messages.ts';
import type { Message } from '#src/messages/message.ts';
import { Problem } from '#src/platform/problem.ts';
import { requireMessage } from './message-queries.ts';
import { requeueMessage } from './requeue-message.ts';
import { requireWritable } from './require-writable.ts';

/**
 * A person decides about a single message whose outcome could not be found out, as about campaigns': `retry` sends it again, knowing that
 * somebody may get it twice; `give-up` counts it as failed and frees its credit; `sent`: he knows that it went out, and it is paid for.
 */
export const decideMessage = (ctx: OrgContext, id: string, decision: Decision): Promise<void> =>
  inTransaction(ctx, async (ctx) => {
    const message = await requireMessage(ctx, id, true);
    if (message.campaignId !== null || message.status !== 'unknown' || message.reconcileAt !== null)
      throw new Problem('conflict', {
        detail: { en: 'This message does not wait for a decision', tr: 'Bu mesaj karar beklemiyor' },
        members: { messageStatus: message.status },
      });
    await deeds[decision](ctx, message);
    await recordActivity(ctx, {
      verb: 'messages.decide',
      subjectType: 'message',
      subjectId: id,
      details: { decision },
    });
  });

const deeds: Record<Decision, (ctx: OrgContext, message: Message) => Promise<void>> = {
  async retry(ctx, message) {
    await requireWritable(ctx, message);
    await requeueMessage(ctx, message);
  },
  async 'give-up'(ctx, message) {
    const now = ctx.clock.now();
    await ctx.db
      .update(messages)
      .set({ status: 'failed', statusReason: 'given-up', failedAt: now, updatedAt: now })
      .where(eq(messages.id, message.id));
    await releaseMessageCredits(ctx, [message.id]);
    await publishMoves(ctx, [{ ...message, status: 'failed' }]);
  },
  sent: (ctx, message) =>
    recordAcceptances(ctx, [{ ...partOf(message), fence: message.fence, providerMessageId: null }]),
};
