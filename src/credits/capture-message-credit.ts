import { sql } from 'drizzle-orm';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { appendTransaction } from './append-transaction.ts';
import { publishCreditsChanged } from './publish-credits-changed.ts';
import { warnOfLowCredits } from './warn-of-low-credits.ts';

type SentMessage = { messageId: string; round: number };

/**
 * One credit, and one line of the statement, for a single message that was sent: from its hold, or where that was given back meanwhile
 * (nobody knew for 72 hours), from what is available. False, and written down why, when nothing is: then it was free of charge. Once per
 * message and round is the caller's part: call it in the transaction that sets `messages.captured_at` where it is null.
 */
export const captureMessageCredit = (ctx: OrgContext, sent: SentMessage): Promise<boolean> =>
  inTransaction(ctx, async (ctx) => {
    const { messageId, round } = sent;
    const fromHold = await spendHold(ctx, messageId);
    const userId = fromHold ?? (await lockSettledHold(ctx, messageId));
    const line = userId && (await appendTransaction(ctx, { userId, type: 'message', amount: -1, messageId, round }));
    if (fromHold && !line) throw new Error(`the credit held for message ${messageId} is not in the account`);
    if (!fromHold) await noteLate(ctx, messageId, Boolean(line));
    if (line) await publishCreditsChanged(ctx, line.userId);
    if (line && !fromHold) await warnOfLowCredits(ctx, line.userId, 1);
    return Boolean(line);
  });

async function spendHold(ctx: OrgContext, messageId: string): Promise<string | null> {
  const now = sql`${ctx.clock.now().toISOString()}::timestamptz`;
  const [spent] = await ctx.db.execute<{ user_id: string }>(sql`
    with hold as (
      update credit_holds set captured_credits = captured_credits + 1, settled_credits = settled_credits + 1, status = 'settled', settled_at = ${now}
      where message_id = ${messageId} and organization_id = ${ctx.organizationId} and status = 'open'
        and held_credits - captured_credits - released_credits = 1
      returning user_id
    )
    update credit_accounts account set held_credits = account.held_credits - 1, updated_at = ${now}
    from hold where account.user_id = hold.user_id returning account.user_id`);
  return spent?.user_id ?? null;
}

/** A hold that has nothing left. */
async function lockSettledHold(ctx: OrgContext, messageId: string): Promise<string | null> {
  const [hold] = await ctx.db.execute<{ user_id: string }>(sql`
    select user_id from credit_holds
    where message_id = ${messageId} and organization_id = ${ctx.organizationId} and status = 'settled' for update`);
  return hold?.user_id ?? null;
}

async function noteLate(ctx: OrgContext, messageId: string, charged: boolean): Promise<void> {
  if (charged)
    await ctx.db.execute(sql`
      update credit_holds set held_credits = held_credits + 1, captured_credits = captured_credits + 1, settled_credits = settled_credits + 1
      where message_id = ${messageId} and organization_id = ${ctx.organizationId}`);
  await recordActivity(ctx, {
    verb: charged ? 'credits.charge-late' : 'credits.waive-late',
    subjectType: 'message',
    subjectId: messageId,
    details: { reason: charged ? 'hold-released' : 'nothing-available' },
  });
}
