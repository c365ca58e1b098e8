import { and, eq, isNull } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { members, users } from '#src/db/schema/accounts.ts';
import { creditAccounts } from '#src/db/schema/credits.ts';
import { notFound } from '#src/platform/problem.ts';

export type LockedUser = {
  user: typeof users.$inferSelect;
  /** As the admin, but in the user's organization: for the activity and the live event. */
  theirs: OrgContext;
};

/** Any organization's user, locked for the rest of the transaction. Throws `not-found`, also for one who was deleted. */
export async function lockUser(ctx: OrgContext, userId: string): Promise<LockedUser> {
  const [user] = await ctx.db
    .select()
    .from(users)
    .where(and(eq(users.id, userId), isNull(users.deletedAt)))
    .for('no key update');
  if (!user) throw notFound();
  const [belongs] = await ctx.db
    .select({ member: members.organizationId, account: creditAccounts.organizationId })
    .from(users)
    .leftJoin(members, eq(members.userId, users.id))
    .leftJoin(creditAccounts, eq(creditAccounts.userId, users.id))
    .where(eq(users.id, userId))
    .limit(1);
  return { user, theirs: { ...ctx, organizationId: belongs?.member ?? belongs?.account ?? ctx.organizationId } };
}
