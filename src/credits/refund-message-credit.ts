import { sql } from 'drizzle-orm';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { appendTransaction } from './append-transaction.ts';
import { publishCreditsChanged } from './publish-credits-changed.ts';

/**
 * Gives the credit of a single message back that was sent and then refused by WhatsApp: a 'refund' line, at most one a message and round.
 * Call it in the transaction that sets `messages.refunded_at` where it is null. False for a message that was free of charge.
 */
export const refundMessageCredit = (ctx: OrgContext, { messageId }: { messageId: string }): Promise<boolean> =>
  inTransaction(ctx, async (ctx) => {
    const [hold] = await ctx.db.execute<{ user_id: string; round: number }>(sql`
      select h.user_id, m.round from credit_holds h join messages m on m.id = h.message_id
      where h.message_id = ${messageId} and h.organization_id = ${ctx.organizationId} and h.captured_credits > 0
        and not exists (select 1 from credit_transactions t where t.message_id = m.id and t.type = 'refund' and t.round = m.round)
      for update of h`);
    if (!hold) return false;
    const { user_id: userId, round } = hold;
    const line = await appendTransaction(ctx, { userId, type: 'refund', amount: 1, messageId, round });
    if (!line) throw new Error(`refund of message ${messageId} does not fit into the account`);
    await publishCreditsChanged(ctx, userId);
    return true;
  });
