import { createHash } from 'node:crypto';
import { and, asc, eq, gt, inArray, isNull, lt, sql } from 'drizzle-orm';
import { barredSql } from '#src/accounts/barred-sql.ts';
import type { AppContext } from '#src/context.ts';
import { appointments, calendarFeeds } from '#src/db/schema/appointments.ts';
import { customers } from '#src/db/schema/customers.ts';
import { hashSecret } from '#src/platform/secret-box.ts';
import { entryOf } from './appointment-mail.ts';
import { createCalendar } from './create-calendar.ts';

const DAY_MS = 86_400_000;
/** What a calendar shows: the last month and the year to come. */
const BACK_DAYS = 31;
const AHEAD_DAYS = 366;
const MOST = 2000;
const REFRESH_MINUTES = 30;
const READ_EVERY_MS = 60_000;

export type Calendar = { content: string; etag: string; changedAt: Date };

/**
 * A consultant's appointments as other programs show them, by the secret in their address; null: it leads nowhere. Of customers it says no
 * more than the name: neither phone, address nor note.
 */
export async function readCalendar(ctx: AppContext, token: string): Promise<Calendar | null> {
  const feed = await findFeed(ctx, token);
  if (!feed) return null;
  const now = ctx.clock.now();
  const rows = await ctx.db
    .select({ appointment: appointments, firstName: customers.firstName, lastName: customers.lastName })
    .from(appointments)
    .innerJoin(customers, eq(customers.id, appointments.customerId))
    .where(
      and(
        eq(appointments.organizationId, feed.organizationId),
        eq(appointments.consultantId, feed.consultantId),
        isNull(appointments.deletedAt),
        inArray(appointments.status, ['requested', 'approved', 'done', 'no-show']),
        gt(appointments.startsAt, new Date(now.getTime() - BACK_DAYS * DAY_MS)),
        lt(appointments.startsAt, new Date(now.getTime() + AHEAD_DAYS * DAY_MS)),
      ),
    )
    .orderBy(asc(appointments.startsAt), asc(appointments.id))
    .limit(MOST);
  const entries = rows.map(({ appointment, firstName, lastName }) => ({
    ...entryOf(appointment),
    title: [appointment.title, [firstName, lastName].filter(Boolean).join(' ')].filter(Boolean).join(' – '),
  }));
  const changedAt = new Date(
    Math.max(feed.createdAt.getTime(), ...rows.map(({ appointment }) => appointment.updatedAt.getTime())),
  );
  // the moment of writing is that of the last change: the same content is the same to the byte
  const content = createCalendar({
    method: 'PUBLISH',
    name: 'Ulak',
    refreshMinutes: REFRESH_MINUTES,
    at: changedAt,
    entries,
  });
  return { content, changedAt, etag: `"${createHash('sha256').update(content).digest('base64url').slice(0, 27)}"` };
}

async function findFeed(ctx: AppContext, token: string) {
  const now = ctx.clock.now();
  const [feed] = await ctx.db
    .select({
      feed: calendarFeeds,
      barred: sql<
        string | null
      >`${barredSql(now, sql`${calendarFeeds.consultantId}`, sql`${calendarFeeds.organizationId}`)}`,
    })
    .from(calendarFeeds)
    .where(and(eq(calendarFeeds.tokenHash, hashSecret(token)), isNull(calendarFeeds.revokedAt)));
  if (!feed || feed.barred) return null;
  const { id, lastReadAt } = feed.feed;
  if (!lastReadAt || now.getTime() - lastReadAt.getTime() >= READ_EVERY_MS)
    await ctx.db.update(calendarFeeds).set({ lastReadAt: now }).where(eq(calendarFeeds.id, id));
  return feed.feed;
}
