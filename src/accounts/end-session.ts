import { and, eq } from 'drizzle-orm';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { sessions } from '#src/db/schema/accounts.ts';
import { notFound, Problem } from '#src/platform/problem.ts';
import { recordActivity } from './record-activity.ts';
import { organizationOf } from './session-queries.ts';

/**
 * Ends one session: with the next request it is nobody's any more, and its live streams end at once, in every process. One's own, or as a
 * platform admin anybody's. Throws `not-found` for a session of somebody else's.
 */
export async function endSession(ctx: OrgContext, input: { userId: string; sessionId: string }): Promise<void> {
  const { userId, sessionId } = input;
  if (userId !== ctx.userId && !ctx.isAdmin) throw new Problem('forbidden');
  await inTransaction(ctx, async (ctx) => {
    const organizationId = (await organizationOf(ctx, userId)) ?? ctx.organizationId;
    const [ended] = await ctx.db
      .delete(sessions)
      .where(and(eq(sessions.id, sessionId), eq(sessions.userId, userId)))
      .returning({ id: sessions.id });
    if (!ended) throw notFound();
    const activity = { verb: 'accounts.end-session', subjectType: 'session', subjectId: ended.id, details: { userId } };
    await recordActivity({ ...ctx, organizationId }, activity);
  });
}
