import { and, eq } from 'drizzle-orm';
import { lockAccounts } from '#src/accounts/lock-accounts.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { users } from '#src/db/schema/accounts.ts';
import { Problem } from '#src/platform/problem.ts';
import { type LockedUser, lockUser } from './lock-user.ts';

/**
 * Runs `work` in a transaction that has the user to itself: none of his requests is under way, and none begins to write before it has ended.
 * The admin is asked once more whether he is one. Throws `not-found`, `forbidden`.
 */
export const changeUser = <T>(
  ctx: OrgContext,
  userId: string,
  work: (ctx: OrgContext, locked: LockedUser) => Promise<T>,
): Promise<T> =>
  asAdmin(ctx, async (ctx) => {
    await lockAccounts(ctx, [userId], ctx.userId);
    await requireStillAdmin(ctx);
    return work(ctx, await lockUser(ctx, userId));
  });

/** A transaction that locks the accounts it needs by itself, all in one order. */
export function asAdmin<T>(ctx: OrgContext, work: (ctx: OrgContext) => Promise<T>): Promise<T> {
  const { afterBegin: _, ...free } = ctx;
  return inTransaction(free as OrgContext, work);
}

/** After the locks: whoever lost his role, or was banned, meanwhile. */
export async function requireStillAdmin(ctx: OrgContext): Promise<void> {
  const stands = and(eq(users.id, ctx.userId), eq(users.role, 'admin'), eq(users.banned, false));
  if ((await ctx.db.$count(users, stands)) === 0) throw new Problem('forbidden');
}
