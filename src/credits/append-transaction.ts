import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { creditAccounts, creditTransactions, type transactionTypes } from '#src/db/schema/credits.ts';
import { newId } from '#src/platform/ids.ts';

export type Entry = {
  userId: string;
  type: (typeof transactionTypes)[number];
  amount: number;
  campaignId?: string;
  messageId?: string;
  smsId?: string;
  transferId?: string;
  round?: number;
  note?: string | null;
  createdBy?: string;
};
export type Transaction = typeof creditTransactions.$inferSelect;

/**
 * Adds one line to the statement and its amount to the settled credits; only inside a transaction. The first statement
 * locks the account, so the second one finds a sequence without gap or twin. Null, with nothing changed, when more would
 * leave the account than is available, or more would enter it than a number can hold.
 */
export async function appendTransaction(ctx: AppContext, entry: Entry): Promise<Transaction | null> {
  const now = ctx.clock.now();
  const [account] = await ctx.db
    .update(creditAccounts)
    .set({ settledCredits: sql`${creditAccounts.settledCredits} + ${entry.amount}`, updatedAt: now })
    .where(sql`${creditAccounts.userId} = ${entry.userId}
      and ${creditAccounts.settledCredits} - ${creditAccounts.unsettledCredits} - ${creditAccounts.heldCredits} + ${entry.amount}
        between 0 and ${Number.MAX_SAFE_INTEGER}
      and ${creditAccounts.settledCredits} + ${entry.amount} <= ${Number.MAX_SAFE_INTEGER}`)
    .returning();
  if (!account) return null;
  const [row] = await ctx.db
    .insert(creditTransactions)
    .values({
      ...entry,
      id: newId(),
      organizationId: account.organizationId,
      amountCredits: entry.amount,
      balanceAfterCredits: account.settledCredits,
      sequence: sql`(select coalesce(max(sequence), 0) + 1 from credit_transactions where user_id = ${entry.userId})`,
      createdAt: now,
    })
    .returning();
  return row!;
}
