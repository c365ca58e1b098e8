import { and, eq, lte, sql } from 'drizzle-orm';
import { type AppContext, actFor, inTransaction } from '#src/context.ts';
import { users } from '#src/db/schema/accounts.ts';
import { publishLiveEvent } from '#src/live/publish-live-event.ts';
import { recordActivity } from './record-activity.ts';

/** Lifts bans whose end has come: of whoever has this address, or of everybody. What they paused and took away stays so. @returns how many. */
export async function endSpentBans(ctx: AppContext, email?: string): Promise<number> {
  const now = ctx.clock.now();
  const whose = email === undefined ? undefined : sql`lower(${users.email}) = ${email}`;
  const spent = and(eq(users.banned, true), lte(users.banExpires, now), whose);
  if ((await ctx.db.$count(users, spent)) === 0) return 0;
  return inTransaction(ctx, async (ctx) => {
    const ended = await ctx.db
      .update(users)
      .set({ banned: false, banReason: null, banExpires: null, updatedAt: now })
      .where(spent)
      .returning({
        userId: users.id,
        organizationId: sql<
          string | null
        >`(select organization_id from members where members.user_id = users.id limit 1)`,
      });
    for (const { userId, organizationId } of ended) {
      if (!organizationId) continue;
      const theirs = actFor(ctx, { userId, organizationId });
      await recordActivity(theirs, { verb: 'admin.ban-ended', subjectType: 'user', subjectId: userId });
      await publishLiveEvent(theirs, { type: 'user.unbanned', data: { userId } });
    }
    return ended.length;
  });
}
