import { and, desc, eq, gte, isNull, lt, lte, or } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { daysOff, workingHours } from '#src/db/schema/working-hours.ts';
import { decodeIdCursor, type Page, toPage } from '#src/platform/cursor.ts';
import { notFound } from '#src/platform/problem.ts';
import { defaultHours, type Hours, type WorkingCalendar } from './open-times.ts';
import { readTimeZone } from './read-working-calendar.ts';
import { type CalendarOf, readCalendarOwner } from './require-calendar-owner.ts';

export type DayOffRow = typeof daysOff.$inferSelect;
export type WeekView = Pick<WorkingCalendar, 'timeZone' | 'hoursOf'> & { consultantId: string | null; hours: Hours[] };

/** The hours that hold for somebody, whoever has set them. */
export async function getWorkingHours(ctx: OrgContext, of: CalendarOf): Promise<WeekView> {
  const consultantId = await readCalendarOwner(ctx, of);
  const rows = await ctx.db
    .select()
    .from(workingHours)
    .where(
      and(
        eq(workingHours.organizationId, ctx.organizationId),
        or(
          isNull(workingHours.consultantId),
          consultantId === null ? undefined : eq(workingHours.consultantId, consultantId),
        ),
      ),
    )
    .orderBy(workingHours.weekday, workingHours.startMinute);
  const timeZone = await readTimeZone(ctx, consultantId ?? ctx.userId);
  const own = rows.filter((row) => row.consultantId !== null);
  if (own.length > 0) return { consultantId, timeZone, hours: own, hoursOf: 'consultant' };
  if (rows.length > 0) return { consultantId, timeZone, hours: rows, hoursOf: 'organization' };
  return { consultantId, timeZone, hours: defaultHours, hoursOf: 'default' };
}

type DayOffFilter = { consultantId?: CalendarOf; from?: string | undefined; to?: string | undefined };

/** Those entered last first. */
export async function listDaysOff(
  ctx: OrgContext,
  { limit, cursor, consultantId, from, to }: DayOffFilter & { limit: number; cursor?: string | undefined },
): Promise<Page<DayOffRow>> {
  const rows = await ctx.db
    .select()
    .from(daysOff)
    .where(
      and(
        eq(daysOff.organizationId, ctx.organizationId),
        consultantId === undefined
          ? undefined
          : consultantId === 'organization'
            ? isNull(daysOff.consultantId)
            : eq(daysOff.consultantId, consultantId),
        from === undefined ? undefined : gte(daysOff.toDate, from),
        to === undefined ? undefined : lte(daysOff.fromDate, to),
        cursor === undefined ? undefined : lt(daysOff.id, decodeIdCursor(cursor)),
      ),
    )
    .orderBy(desc(daysOff.id))
    .limit(limit + 1);
  return toPage(rows, limit, ({ id }) => [id]);
}

/** Throws `not-found`. */
export async function getDayOff(ctx: OrgContext, id: string, lock = false): Promise<DayOffRow> {
  const query = ctx.db
    .select()
    .from(daysOff)
    .where(and(eq(daysOff.id, id), eq(daysOff.organizationId, ctx.organizationId)));
  const [row] = await (lock ? query.for('no key update') : query);
  if (!row) throw notFound();
  return row;
}
