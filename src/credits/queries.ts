import { and, desc, eq, lt, sql } from 'drizzle-orm';
import type { AppContext, OrgContext } from '#src/context.ts';
import { creditAccounts, creditTransactions } from '#src/db/schema/credits.ts';
import { decodeCursor, isInteger, type Page, toPage } from '#src/platform/cursor.ts';
import type { Transaction } from './append-transaction.ts';
import { type Balance, balanceOf } from './balance.ts';

/** What a user has now. */
export async function readBalance(ctx: AppContext, userId: string): Promise<Balance> {
  const [account] = await ctx.db.select().from(creditAccounts).where(eq(creditAccounts.userId, userId));
  return balanceOf(account);
}

const ofCaller = (ctx: OrgContext) =>
  and(eq(creditTransactions.userId, ctx.userId), eq(creditTransactions.organizationId, ctx.organizationId));

/** What the caller has, what he has spent in all (refunds taken off) and when his statement begins. */
export async function readTotals(ctx: OrgContext): Promise<Balance & { spent: number; firstAt: Date | null }> {
  const [row] = await ctx.db
    .select({ account: creditAccounts, spent: sql<string>`spend.spent`, firstAt: sql<string | null>`spend.first_at` })
    .from(creditAccounts)
    .innerJoin(
      sql`lateral (
        select coalesce(-sum(amount_credits) filter (where type in ('campaign', 'message', 'refund')), 0) as spent,
          min(created_at) as first_at
        from credit_transactions where user_id = ${creditAccounts.userId}) as spend`,
      sql`true`,
    )
    .where(and(eq(creditAccounts.userId, ctx.userId), eq(creditAccounts.organizationId, ctx.organizationId)));
  if (!row) return { ...balanceOf(undefined), spent: 0, firstAt: null };
  const spent = row.account.unsettledCredits + Number(row.spent);
  return { ...balanceOf(row.account), spent, firstAt: row.firstAt === null ? null : new Date(row.firstAt) };
}

const isSequence = (member: unknown): boolean => isInteger(member) && member > 0 && member < 2 ** 31;

/** The caller's statement, newest first. */
export async function listTransactions(
  ctx: OrgContext,
  page: { limit: number; cursor?: string | undefined },
): Promise<Page<Transaction>> {
  const before = page.cursor === undefined ? undefined : (decodeCursor(page.cursor, [isSequence])[0] as number);
  const rows = await ctx.db
    .select()
    .from(creditTransactions)
    .where(and(ofCaller(ctx), before === undefined ? undefined : lt(creditTransactions.sequence, before)))
    .orderBy(desc(creditTransactions.sequence))
    .limit(page.limit + 1);
  return toPage(rows, page.limit, (row) => [row.sequence]);
}
