import { sql } from 'drizzle-orm';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { appendTransaction } from './append-transaction.ts';
import { lockHold } from './lock-hold.ts';
import { publishCreditsChanged } from './publish-credits-changed.ts';

/**
 * Gives one credit back for a message that was captured and then refused by WhatsApp: before its campaign is settled
 * the capture becomes a release, after that the statement gets a 'refund' line, at most one a message and round. False, with nothing
 * changed, for a message that was never captured or has its refund. Before settlement, once per message is the caller's
 * part: call it in the transaction that sets `messages.refunded_at` where it is null.
 */
export async function refundCredit(
  ctx: OrgContext,
  input: { campaignId: string; messageId: string },
): Promise<boolean> {
  return inTransaction(ctx, async (ctx) => {
    const hold = await lockHold(ctx, input.campaignId);
    const round = hold && (await refundableRound(ctx, input));
    if (!round) return false;
    if (await undoCapture(ctx, input.campaignId)) return true;
    const line = await appendTransaction(ctx, { ...input, userId: hold.userId, type: 'refund', amount: 1, round });
    if (!line) throw new Error(`refund of message ${input.messageId} does not fit into the account`);
    await publishCreditsChanged(ctx, hold.userId);
    return true;
  });
}

async function refundableRound(ctx: OrgContext, { campaignId, messageId }: { campaignId: string; messageId: string }) {
  const [message] = await ctx.db.execute<{ round: number }>(sql`
    select round from messages m
    where id = ${messageId} and campaign_id = ${campaignId} and organization_id = ${ctx.organizationId}
      and captured_at is not null
      and not exists (select 1 from credit_transactions t where t.message_id = m.id and t.type = 'refund' and t.round = m.round)`);
  return message?.round ?? null;
}

/** While something captured is not in the statement yet, a refund needs no line of its own. */
async function undoCapture(ctx: OrgContext, campaignId: string): Promise<boolean> {
  const undone = await ctx.db.execute(sql`
    with hold as (
      update credit_holds set captured_credits = captured_credits - 1, released_credits = released_credits + 1
      where campaign_id = ${campaignId} and organization_id = ${ctx.organizationId} and captured_credits > settled_credits
      returning user_id
    )
    update credit_accounts account set
      unsettled_credits = account.unsettled_credits - 1,
      updated_at = ${ctx.clock.now().toISOString()}::timestamptz
    from hold where account.user_id = hold.user_id
    returning account.user_id`);
  return undone.length === 1;
}
