import { sql } from 'drizzle-orm';
import type { SentMessage } from '#src/channels/evolution/evolution-client.ts';
import { type AppContext, actFor } from '#src/context.ts';
import { captureCredit } from '#src/credits/capture-credit.ts';
import { applyAcks } from '#src/messages/apply-acks.ts';
import { takeEarlyAcks } from '#src/messages/take-early-acks.ts';
import { followMessages } from './follow-messages.ts';
import { followRecipients } from './follow-recipients.ts';
import type { Claim } from './lane.ts';
import { publishMoves } from './publish-moves.ts';
import { settleWhenDone } from './settle-when-done.ts';

/**
 * Evolution took the message: sent, and its credit spent, once. Also for one that was given up as unknown meanwhile. A claim
 * whose message was since taken back changes nothing.
 */
export async function recordAcceptance(
  ctx: AppContext,
  claim: Claim,
  { providerMessageId }: SentMessage,
): Promise<void> {
  const now = sql`${ctx.clock.now().toISOString()}::timestamptz`;
  const [sent] = await ctx.db.execute(sql`
    update messages set status = 'sent', status_reason = null, provider_message_id = ${providerMessageId}, sent_at = ${now}, captured_at = ${now}, updated_at = ${now}
    where id = ${claim.messageId} and fence = ${claim.fence} and status in ('sending', 'unknown') and captured_at is null returning id`);
  if (!sent) {
    ctx.log.warn({ messageId: claim.messageId, fence: claim.fence }, 'a late acceptance was refused');
    return;
  }
  await ctx.db.execute(sql`
    with contacted as (update customers set last_contacted_at = ${now} where id = ${claim.customerId})
    update campaign_recipients set next_part = greatest(next_part, ${claim.part + 1}), spent_credits = spent_credits + 1, updated_at = ${now}
    where id = ${claim.recipientId}`);
  await followRecipients(ctx, [claim.recipientId]);
  if (!(await captureCredit(actFor(ctx, claim), { campaignId: claim.campaignId })))
    throw new Error(`no credit is held for message ${claim.messageId}`);
  await publishMoves(ctx, [{ ...claim, id: claim.messageId, status: 'sent' }]);
  const early = await takeEarlyAcks(ctx, { instanceId: claim.instanceId, providerMessageId });
  await followMessages(ctx, await applyAcks(ctx, early));
  await settleWhenDone(ctx, claim.campaignId);
}
