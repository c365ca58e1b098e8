import { and, eq } from 'drizzle-orm';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { apiKeys, members, sessions } from '#src/db/schema/accounts.ts';
import { notFound, Problem } from '#src/platform/problem.ts';
import { recordActivity } from './record-activity.ts';
import { requireOwner } from './require-owner.ts';

/**
 * Takes a consultant out of the organization: his sessions and keys end at once, what he did stays.
 * Owner only. Throws `not-found`, and `conflict` for the owner himself.
 */
export async function removeMember(ctx: OrgContext, userId: string): Promise<void> {
  requireOwner(ctx);
  await inTransaction(ctx, async (ctx) => {
    const membership = and(eq(members.userId, userId), eq(members.organizationId, ctx.organizationId));
    const [member] = await ctx.db.select({ role: members.role }).from(members).where(membership).for('update');
    if (!member) throw notFound();
    if (member.role === 'owner')
      throw new Problem('conflict', {
        detail: { en: 'The owner cannot be removed', tr: 'Firmanın sahibi çıkarılamaz' },
      });
    await ctx.db.delete(members).where(membership);
    await ctx.db.delete(sessions).where(eq(sessions.userId, userId));
    await ctx.db.delete(apiKeys).where(eq(apiKeys.referenceId, userId));
    await recordActivity(ctx, { verb: 'accounts.remove-member', subjectType: 'user', subjectId: userId });
  });
}
