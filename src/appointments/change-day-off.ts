import { eq } from 'drizzle-orm';
import { changesOf } from '#src/accounts/changes-of.ts';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { daysOff } from '#src/db/schema/working-hours.ts';
import { type DayOffDetails, requireOrder } from './add-day-off.ts';
import { type DayOffRow, getDayOff } from './days-off-queries.ts';
import { requireCalendarOwner } from './require-calendar-owner.ts';

export type DayOffChange = { [K in keyof DayOffDetails]?: DayOffDetails[K] | undefined };

export const changeDayOff = (ctx: OrgContext, id: string, change: DayOffChange): Promise<DayOffRow> =>
  inTransaction(ctx, async (ctx) => {
    const before = await getDayOff(ctx, id, true);
    requireCalendarOwner(ctx, before.consultantId);
    const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
    const after = { ...before, ...given, updatedAt: ctx.clock.now() };
    requireOrder(after);
    const [row] = await ctx.db.update(daysOff).set(after).where(eq(daysOff.id, id)).returning();
    await recordActivity(ctx, {
      verb: 'appointments.change-day-off',
      subjectType: 'day-off',
      subjectId: id,
      details: { fromDate: after.fromDate, toDate: after.toDate },
      changes: changesOf(before, row!, Object.keys(given) as (keyof DayOffRow)[]),
    });
    return row!;
  });
