import { and, desc, eq, gte, lt, sql } from 'drizzle-orm';
import type { AppContext, OrgContext } from '#src/context.ts';
import { creditAccounts, creditTransactions } from '#src/db/schema/credits.ts';
import { decodeCursor, isInteger, type Page, toPage } from '#src/platform/cursor.ts';
import { notFound, Problem } from '#src/platform/problem.ts';
import type { Transaction } from './append-transaction.ts';
import { type Balance, balanceOf } from './balance.ts';

/** What a user has now. */
export async function readBalance(ctx: AppContext, userId: string): Promise<Balance> {
  const [account] = await ctx.db.select().from(creditAccounts).where(eq(creditAccounts.userId, userId));
  return balanceOf(account);
}

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

export type StatementFilter = {
  type?: Transaction['type'] | undefined;
  from?: Date | undefined;
  to?: Date | undefined;
  campaignId?: string | undefined;
  /** Only what is an organization's. */
  organizationId?: string | undefined;
};

/** Lines of a user's statement, newest first, from behind the line `before` on. Whose it is, and who may see it, is the caller's part. */
export const readStatement = (
  ctx: AppContext,
  userId: string,
  {
    type,
    from,
    to,
    campaignId,
    organizationId,
    before,
    count,
  }: StatementFilter & { before?: number | undefined; count: number },
): Promise<Transaction[]> =>
  ctx.db
    .select()
    .from(creditTransactions)
    .where(
      and(
        eq(creditTransactions.userId, userId),
        organizationId ? eq(creditTransactions.organizationId, organizationId) : undefined,
        type && eq(creditTransactions.type, type),
        from && gte(creditTransactions.createdAt, from),
        to && lt(creditTransactions.createdAt, to),
        campaignId ? eq(creditTransactions.campaignId, campaignId) : undefined,
        before === undefined ? undefined : lt(creditTransactions.sequence, before),
      ),
    )
    .orderBy(desc(creditTransactions.sequence))
    .limit(count);

/** A user's statement, newest first, page by page: one's own, or for platform admins anybody's. */
export async function listTransactions(
  ctx: OrgContext,
  userId: string,
  { limit, cursor, ...filter }: StatementFilter & { limit: number; cursor?: string | undefined },
): Promise<Page<Transaction>> {
  requireReader(ctx, userId);
  const before = cursor === undefined ? undefined : (decodeCursor(cursor, [isSequence])[0] as number);
  const rows = await readStatement(ctx, userId, { ...filter, before, count: limit + 1 });
  return toPage(rows, limit, (row) => [row.sequence]);
}

export function requireReader(ctx: OrgContext, userId: string): void {
  if (userId !== ctx.userId && !ctx.isAdmin) throw new Problem('forbidden');
}

/** Throws `not-found`. */
export async function requireAccount(ctx: AppContext, userId: string): Promise<void> {
  if ((await ctx.db.$count(creditAccounts, eq(creditAccounts.userId, userId))) === 0) throw notFound();
}
