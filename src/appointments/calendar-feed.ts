import { and, eq, isNull } from 'drizzle-orm';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { calendarFeeds } from '#src/db/schema/appointments.ts';
import { newId } from '#src/platform/ids.ts';
import { hashSecret, newSecret } from '#src/platform/secret-box.ts';

export type CalendarFeed = Pick<typeof calendarFeeds.$inferSelect, 'id' | 'createdAt' | 'lastReadAt'>;

const own = ({ organizationId, userId }: OrgContext) =>
  and(
    eq(calendarFeeds.organizationId, organizationId),
    eq(calendarFeeds.consultantId, userId),
    isNull(calendarFeeds.revokedAt),
  );

/** The caller's own address of his calendar, without its secret; null: he has none. */
export async function findCalendarFeed(ctx: OrgContext): Promise<CalendarFeed | null> {
  const [feed] = await ctx.db.select().from(calendarFeeds).where(own(ctx));
  return feed ?? null;
}

/** A new secret address of the caller's calendar, shown this once; an earlier one leads nowhere from now on. */
export const createCalendarFeed = (ctx: OrgContext): Promise<CalendarFeed & { url: string }> =>
  inTransaction(ctx, async (ctx) => {
    const token = newSecret();
    const revoked = await revoke(ctx);
    const [feed] = await ctx.db
      .insert(calendarFeeds)
      .values({
        id: newId(),
        organizationId: ctx.organizationId,
        consultantId: ctx.userId,
        tokenHash: hashSecret(token),
        createdAt: ctx.clock.now(),
      })
      .onConflictDoUpdate({
        // two at once: the later one counts
        target: [calendarFeeds.organizationId, calendarFeeds.consultantId],
        targetWhere: isNull(calendarFeeds.revokedAt),
        set: { tokenHash: hashSecret(token), createdAt: ctx.clock.now(), lastReadAt: null },
      })
      .returning();
    await recordActivity(ctx, {
      verb: revoked ? 'calendar-feeds.rotate' : 'calendar-feeds.create',
      subjectType: 'calendar-feed',
      subjectId: feed!.id,
    });
    return { ...feed!, url: `${ctx.publicUrl}/calendar/${token}.ics` };
  });

/** The address leads nowhere from now on. Repeatable. */
export const revokeCalendarFeed = (ctx: OrgContext): Promise<void> =>
  inTransaction(ctx, async (ctx) => {
    const revoked = await revoke(ctx);
    if (revoked)
      await recordActivity(ctx, { verb: 'calendar-feeds.revoke', subjectType: 'calendar-feed', subjectId: revoked });
  });

async function revoke(ctx: OrgContext): Promise<string | null> {
  const [feed] = await ctx.db
    .update(calendarFeeds)
    .set({ revokedAt: ctx.clock.now() })
    .where(own(ctx))
    .returning({ id: calendarFeeds.id });
  return feed?.id ?? null;
}
