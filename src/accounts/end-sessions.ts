import { and, eq, ne } from 'drizzle-orm';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { sessions } from '#src/db/schema/accounts.ts';
import { Problem } from '#src/platform/problem.ts';
import { recordActivity } from './record-activity.ts';
import { organizationOf } from './session-queries.ts';

/**
 * Ends all sessions of a user but `except`, as endSession does one, and says how many there were. One's own, or as a platform admin anybody's.
 * Throws `not-found` for nobody.
 */
export async function endSessions(
  ctx: OrgContext,
  input: { userId: string; except?: string | null | undefined },
): Promise<number> {
  const { userId, except } = input;
  if (userId !== ctx.userId && !ctx.isAdmin) throw new Problem('forbidden');
  return inTransaction(ctx, async (ctx) => {
    const organizationId = (await organizationOf(ctx, userId)) ?? ctx.organizationId;
    const ended = await ctx.db
      .delete(sessions)
      .where(and(eq(sessions.userId, userId), except ? ne(sessions.id, except) : undefined))
      .returning({ id: sessions.id });
    if (ended.length > 0)
      await recordActivity(
        { ...ctx, organizationId },
        { verb: 'accounts.end-sessions', subjectType: 'user', subjectId: userId, details: { ended: ended.length } },
      );
    return ended.length;
  });
}
