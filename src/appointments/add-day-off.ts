import { recordActivity } from '#src/accounts/record-activity.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { daysOff } from '#src/db/schema/working-hours.ts';
import { newId } from '#src/platform/ids.ts';
import { invalid } from '#src/platform/problem.ts';
import type { DayOffRow } from './days-off-queries.ts';
import { type CalendarOf, readCalendarOwner, requireCalendarOwner } from './require-calendar-owner.ts';

export type DayOffDetails = Pick<DayOffRow, 'fromDate' | 'toDate' | 'startMinute' | 'endMinute' | 'reason'>;

/** Appointments that stand there already stay: who enters it sees to them. */
export const addDayOff = (ctx: OrgContext, of: CalendarOf, details: DayOffDetails): Promise<DayOffRow> =>
  inTransaction(ctx, async (ctx) => {
    const consultantId = await readCalendarOwner(ctx, of);
    requireCalendarOwner(ctx, consultantId);
    requireOrder(details);
    const now = ctx.clock.now();
    const [row] = await ctx.db
      .insert(daysOff)
      .values({
        ...details,
        id: newId(),
        organizationId: ctx.organizationId,
        consultantId,
        createdAt: now,
        updatedAt: now,
      })
      .returning();
    const { fromDate, toDate } = details;
    await recordActivity(ctx, {
      verb: 'appointments.add-day-off',
      subjectType: 'day-off',
      subjectId: row!.id,
      details: { consultantId, fromDate, toDate },
    });
    return row!;
  });

export function requireOrder({ fromDate, toDate, startMinute, endMinute }: DayOffDetails): void {
  if (toDate < fromDate)
    throw invalid('toDate', { en: 'Must not be before `fromDate`', tr: '`fromDate` değerinden önce olamaz' });
  if ((startMinute === null) !== (endMinute === null))
    throw invalid('to', { en: 'Both `from` and `to`, or neither', tr: '`from` ve `to` birlikte verilir' });
  if (startMinute !== null && startMinute >= endMinute!)
    throw invalid('to', { en: 'Must be later than `from`', tr: '`from` değerinden sonra olmalı' });
}
