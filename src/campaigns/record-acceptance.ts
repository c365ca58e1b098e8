import { sql } from 'drizzle-orm';
import type { SentMessage } from '#src/channels/evolution/evolution-client.ts';
import type { AppContext } from '#src/context.ts';
import { applyAcks } from '#src/messages/apply-acks.ts';
import { nextLook } from '#src/messages/next-look.ts';
import { takeEarlyAcks } from '#src/messages/take-early-acks.ts';
import { followMessages } from './follow-messages.ts';
import { followRecipients } from './follow-recipients.ts';
import type { Claim } from './lane.ts';
import { payForSent } from './pay-for-sent.ts';
import { publishMoves } from './publish-moves.ts';
import { settleWhenDone } from './settle-when-done.ts';

/** As much of a claim as its acceptance needs. */
export type SentPart = Pick<
  Claim,
  | 'messageId'
  | 'fence'
  | 'instanceId'
  | 'organizationId'
  | 'userId'
  | 'campaignId'
  | 'recipientId'
  | 'customerId'
  | 'part'
>;

/**
 * Evolution took the message: sent, and its credit spent, once (a single message costs none). Also for one that was given up as unknown meanwhile. A claim
 * whose message was since taken back changes nothing.
 */
export async function recordAcceptance(
  ctx: AppContext,
  claim: SentPart,
  { providerMessageId }: Pick<SentMessage, 'providerMessageId'>,
): Promise<void> {
  const now = sql`${ctx.clock.now().toISOString()}::timestamptz`;
  const [sent] = await ctx.db.execute(sql`
    with sent as (
    update messages set status = 'sent', status_reason = null, provider_message_id = ${providerMessageId}, sent_at = ${now}, captured_at = case when campaign_id is not null then ${now} end,
      reconcile_at = ${nextLook(ctx, 'sent', 0, ctx.clock.now())!.toISOString()}::timestamptz, reconcile_tries = 0, updated_at = ${now}
    where id = ${claim.messageId} and fence = ${claim.fence} and status in ('sending', 'unknown') and captured_at is null returning customer_id
    ), contacted as (update customers c set last_contacted_at = ${now} from sent where c.id = sent.customer_id)
    select 1 from sent`);
  if (!sent) {
    ctx.log.warn({ messageId: claim.messageId, fence: claim.fence }, 'a late acceptance was refused');
    return;
  }
  const { campaignId, recipientId } = claim;
  if (recipientId) await followRecipients(ctx, [recipientId], claim.part);
  if (campaignId) await payForSent(ctx, claim);
  await publishMoves(ctx, [{ ...claim, id: claim.messageId, status: 'sent' }]);
  const early = await takeEarlyAcks(ctx, { instanceId: claim.instanceId, providerMessageId });
  await followMessages(ctx, await applyAcks(ctx, early));
  if (campaignId) await settleWhenDone(ctx, campaignId);
}
