import { eq } from 'drizzle-orm';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { daysOff } from '#src/db/schema/working-hours.ts';
import { getDayOff } from './days-off-queries.ts';
import { requireCalendarOwner } from './require-calendar-owner.ts';

export const deleteDayOff = (ctx: OrgContext, id: string): Promise<void> =>
  inTransaction(ctx, async (ctx) => {
    const { consultantId, fromDate, toDate } = await getDayOff(ctx, id, true);
    requireCalendarOwner(ctx, consultantId);
    await ctx.db.delete(daysOff).where(eq(daysOff.id, id));
    await recordActivity(ctx, {
      verb: 'appointments.delete-day-off',
      subjectType: 'day-off',
      subjectId: id,
      details: { consultantId, fromDate, toDate },
    });
  });
