import { and, eq, isNull } from 'drizzle-orm';
import { changesOf } from '#src/accounts/changes-of.ts';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { workingHours } from '#src/db/schema/working-hours.ts';
import { newId } from '#src/platform/ids.ts';
import { lockCalendars } from './lock-calendars.ts';
import type { Hours } from './open-times.ts';
import { type CalendarOf, readCalendarOwner, requireCalendarOwner } from './require-calendar-owner.ts';

const said = ({ weekday, startMinute, endMinute }: Hours) => ({ weekday, startMinute, endMinute });

/** Sets the week of a consultant, or of the organization; none: there are no such hours any more. */
export const replaceWorkingHours = (ctx: OrgContext, of: CalendarOf, hours: Hours[]): Promise<void> =>
  inTransaction(ctx, async (ctx) => {
    const consultantId = await readCalendarOwner(ctx, of);
    requireCalendarOwner(ctx, consultantId);
    await lockCalendars(ctx, [consultantId ?? 'organization']);
    const { organizationId } = ctx;
    const whose =
      consultantId === null ? isNull(workingHours.consultantId) : eq(workingHours.consultantId, consultantId);
    const before = await ctx.db
      .delete(workingHours)
      .where(and(eq(workingHours.organizationId, organizationId), whose))
      .returning();
    const rows = hours.map((piece) => ({ ...piece, id: newId(), organizationId, consultantId }));
    if (rows.length > 0) await ctx.db.insert(workingHours).values(rows);
    await recordActivity(ctx, {
      verb: 'appointments.set-hours',
      subjectType: 'working-hours',
      subjectId: consultantId,
      details: { pieces: hours.length },
      changes: changesOf<{ hours: unknown }>({ hours: before.map(said) }, { hours: hours.map(said) }, ['hours']),
    });
  });
