import { and, eq } from 'drizzle-orm';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { sessions } from '#src/db/schema/accounts.ts';
import { recordActivity } from './record-activity.ts';

/** Ends the session with `token` at once. */
export async function signOut(ctx: OrgContext, token: string): Promise<void> {
  await inTransaction(ctx, async (ctx) => {
    const mine = and(eq(sessions.token, token), eq(sessions.userId, ctx.userId));
    const [ended] = await ctx.db.delete(sessions).where(mine).returning({ id: sessions.id });
    if (ended) await recordActivity(ctx, { verb: 'accounts.sign-out', subjectType: 'session', subjectId: ended.id });
  });
}
