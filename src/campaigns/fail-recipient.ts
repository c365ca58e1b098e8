import { and, eq, inArray } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { campaignRecipients } from '#src/db/schema/campaigns.ts';
import type { Recipient } from './choose-recipients.ts';
import { publishProgress } from './publish-moves.ts';

/** Sets a recipient aside for whom no message can be made: failed, nothing spent for it, and nobody after him waits. */
export async function failRecipient(ctx: AppContext, recipient: Recipient, cause: unknown): Promise<void> {
  ctx.log.error({ err: cause, recipientId: recipient.id }, 'a message cannot be made, its recipient has failed');
  const { id, campaignId } = recipient;
  await ctx.db
    .update(campaignRecipients)
    .set({ status: 'failed', statusReason: 'invalid-content', updatedAt: ctx.clock.now() })
    .where(and(eq(campaignRecipients.id, id), inArray(campaignRecipients.status, ['queued', 'sending'])));
  await publishProgress(ctx, [campaignId]);
}
