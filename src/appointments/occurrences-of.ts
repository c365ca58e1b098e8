import { and, asc, eq, gt, isNull } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { appointments } from '#src/db/schema/appointments.ts';
import type { Appointment } from './read-appointment-facts.ts';

/** As many as are booked ahead at once. */
const MOST = 500;

/** The appointment, or all of its series that is still to come and in the same state, soonest first. */
export async function occurrencesOf(
  ctx: AppContext,
  appointment: Appointment,
  { wholeSeries }: { wholeSeries: boolean },
): Promise<Appointment[]> {
  const { seriesId, status } = appointment;
  if (!wholeSeries || seriesId === null) return [appointment];
  const rows = await ctx.db
    .select()
    .from(appointments)
    .where(
      and(
        eq(appointments.seriesId, seriesId),
        eq(appointments.status, status),
        isNull(appointments.deletedAt),
        gt(appointments.startsAt, ctx.clock.now()),
      ),
    )
    .orderBy(asc(appointments.startsAt))
    .limit(MOST);
  return rows.length > 0 ? rows : [appointment];
}
