import { sql } from 'drizzle-orm';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { appendTransaction } from './append-transaction.ts';
import { publishCreditsChanged } from './publish-credits-changed.ts';

/**
 * Gives back what an SMS cost that was taken and then not delivered: a 'refund' line, at most one. Call it in the transaction that sets
 * `sms_messages.refunded_at` where it is null. False for one that was free of charge.
 */
export const refundSmsCredits = (ctx: OrgContext, { smsId }: { smsId: string }): Promise<boolean> =>
  inTransaction(ctx, async (ctx) => {
    const [hold] = await ctx.db.execute<{ user_id: string; credits: string }>(sql`
      select h.user_id, h.captured_credits as credits from credit_holds h
      where h.sms_id = ${smsId} and h.organization_id = ${ctx.organizationId} and h.captured_credits > 0
        and not exists (select 1 from credit_transactions t where t.sms_id = h.sms_id and t.type = 'refund')
      for update of h`);
    if (!hold) return false;
    const entry = { userId: hold.user_id, type: 'refund', amount: Number(hold.credits), smsId } as const;
    const line = await appendTransaction(ctx, entry);
    if (!line) throw new Error(`refund of SMS ${smsId} does not fit into the account`);
    await publishCreditsChanged(ctx, hold.user_id);
    return true;
  });
