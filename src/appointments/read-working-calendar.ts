import { and, eq, gte, isNull, lte, or } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { timeZoneOf } from '#src/customers/queries.ts';
import { daysOff, workingHours } from '#src/db/schema/working-hours.ts';
import { isKnownZone } from '#src/windows/time-zone.ts';
import { datesBetween, defaultHours, type WorkingCalendar } from './open-times.ts';

const MOST_DAYS_OFF = 2000;

/** When a consultant works between two instants: his own hours, else his organization's, and the days off of both. */
export async function readWorkingCalendar(
  ctx: OrgContext,
  consultantId: string,
  from: Date,
  to: Date,
): Promise<WorkingCalendar> {
  const timeZone = await readTimeZone(ctx, consultantId);
  const mine = (column: typeof workingHours.consultantId | typeof daysOff.consultantId) =>
    or(eq(column, consultantId), isNull(column));
  const hours = await ctx.db
    .select()
    .from(workingHours)
    .where(and(eq(workingHours.organizationId, ctx.organizationId), mine(workingHours.consultantId)));
  const own = hours.filter((row) => row.consultantId !== null);
  const { first, last } = datesBetween(timeZone, from, to);
  const off = await ctx.db
    .select()
    .from(daysOff)
    .where(
      and(
        eq(daysOff.organizationId, ctx.organizationId),
        gte(daysOff.toDate, first),
        lte(daysOff.fromDate, last),
        mine(daysOff.consultantId),
      ),
    )
    .limit(MOST_DAYS_OFF);
  if (own.length > 0) return { timeZone, hours: own, hoursOf: 'consultant', daysOff: off };
  if (hours.length > 0) return { timeZone, hours, hoursOf: 'organization', daysOff: off };
  return { timeZone, hours: defaultHours, hoursOf: 'default', daysOff: off };
}

/** By whose clock a consultant lives; UTC where this machine does not know his zone any more. */
export async function readTimeZone(ctx: OrgContext, userId: string): Promise<string> {
  const timeZone = await timeZoneOf({ db: ctx.db, userId });
  return isKnownZone(timeZone) ? timeZone : 'UTC';
}
