import { sql } from 'drizzle-orm';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { appendTransaction } from './append-transaction.ts';
import { publishCreditsChanged } from './publish-credits-changed.ts';

/**
 * Spends what is held for an SMS that was sent, in one line of the statement. False when nothing is held any more (nobody knew for 72 hours): then it
 * was free of charge. Call it in the transaction that sets `sms_messages.captured_at` where it is null.
 */
export const captureSmsCredits = (ctx: OrgContext, { smsId }: { smsId: string }): Promise<boolean> =>
  inTransaction(ctx, async (ctx) => {
    const now = sql`${ctx.clock.now().toISOString()}::timestamptz`;
    const [spent] = await ctx.db.execute<{ user_id: string; credits: string }>(sql`
      with hold as (
        update credit_holds set captured_credits = held_credits, settled_credits = held_credits, status = 'settled', settled_at = ${now}
        where sms_id = ${smsId} and organization_id = ${ctx.organizationId} and status = 'open'
        returning user_id, held_credits as credits
      )
      update credit_accounts account set held_credits = account.held_credits - hold.credits, updated_at = ${now}
      from hold where account.user_id = hold.user_id returning account.user_id, hold.credits`);
    if (!spent) return false;
    const entry = { userId: spent.user_id, type: 'message', amount: -Number(spent.credits), smsId } as const;
    const line = await appendTransaction(ctx, entry);
    if (!line) throw new Error(`the credits held for SMS ${smsId} are not in the account`);
    await publishCreditsChanged(ctx, spent.user_id);
    return true;
  });
