import { and, eq, isNotNull } from 'drizzle-orm';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { sessions } from '#src/db/schema/accounts.ts';
import { Problem } from '#src/platform/problem.ts';
import { recordActivity } from './record-activity.ts';

/** Ends the session in which an admin acts as the user, at once. Throws `conflict` in a session of the user's own. */
export async function stopImpersonating(ctx: OrgContext, token: string): Promise<void> {
  await inTransaction(ctx, async (ctx) => {
    const [ended] = await ctx.db
      .delete(sessions)
      .where(and(eq(sessions.token, token), eq(sessions.userId, ctx.userId), isNotNull(sessions.impersonatedBy)))
      .returning({ id: sessions.id });
    if (!ended)
      throw new Problem('conflict', {
        detail: { en: 'This is a session of the user’s own', tr: 'Bu, kullanıcının kendi oturumu' },
      });
    await recordActivity(ctx, { verb: 'accounts.stop-impersonating', subjectType: 'session', subjectId: ended.id });
  });
}
