import { count, eq } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { creditAccounts } from '#src/db/schema/credits.ts';
import { notFound, Problem } from '#src/platform/problem.ts';
import { type LedgerDifference, proveLedger } from './prove-ledger.ts';

export type LedgerCheck = { checkedAt: Date; accounts: number; differences: LedgerDifference[] };

/** A platform admin has the ledger proved, one user's or everybody's. Throws `not-found` for a user without an account. */
export async function checkLedger(ctx: OrgContext, { userId }: { userId?: string | undefined }): Promise<LedgerCheck> {
  if (!ctx.isAdmin) throw new Problem('forbidden');
  const checkedAt = ctx.clock.now();
  const [row] = await ctx.db
    .select({ accounts: count() })
    .from(creditAccounts)
    .where(userId ? eq(creditAccounts.userId, userId) : undefined);
  if (userId && row!.accounts === 0) throw notFound();
  return { checkedAt, accounts: row!.accounts, differences: await proveLedger(ctx, userId ? { userId } : {}) };
}
