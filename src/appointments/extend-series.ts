import { and, asc, count, desc, eq, gt, isNull, lt } from 'drizzle-orm';
import { type AppContext, actFor, inTransaction, type OrgContext } from '#src/context.ts';
import { appointmentSeries, appointments } from '#src/db/schema/appointments.ts';
import { announceChange } from './announce-change.ts';
import { addMinutes, HORIZON_DAYS, MOST_OCCURRENCES } from './appointment.ts';
import { noteSkipped } from './book-appointment.ts';
import { findConflicts } from './find-conflicts.ts';
import { insertAppointments } from './insert-appointments.ts';
import { lockCalendars } from './lock-calendars.ts';
import { expandRule } from './recurrence.ts';
import { parseWall } from './wall-clock.ts';

const BATCH = 100;
const DAY_MINUTES = 1440;
/** Not every day a day more. */
const MARGIN_DAYS = 30;

/** Every day: series that are booked less far ahead than they could be are booked further, each in a transaction of its own. */
export async function extendSeries(ctx: AppContext, signal?: AbortSignal): Promise<void> {
  const now = ctx.clock.now();
  const due = addMinutes(now, (HORIZON_DAYS - MARGIN_DAYS) * DAY_MINUTES);
  let last = '00000000-0000-0000-0000-000000000000';
  for (;;) {
    const rows = await ctx.db
      .select({
        id: appointmentSeries.id,
        organizationId: appointmentSeries.organizationId,
        userId: appointmentSeries.createdById,
      })
      .from(appointmentSeries)
      .where(
        and(
          isNull(appointmentSeries.endedAt),
          lt(appointmentSeries.expandedUntilAt, due),
          gt(appointmentSeries.id, last),
        ),
      )
      .orderBy(asc(appointmentSeries.id))
      .limit(BATCH);
    for (const { id, organizationId, userId } of rows) {
      if (signal?.aborted) return;
      await extendOne(actFor(ctx, { organizationId, userId: userId! }), id);
    }
    if (rows.length < BATCH) return;
    last = rows.at(-1)!.id;
  }
}

/** Books the next occurrences of a series. Those whose time is taken are noted as skipped, and told. */
const extendOne = (ctx: OrgContext, id: string): Promise<void> =>
  inTransaction(ctx, async (ctx) => {
    const is = eq(appointmentSeries.id, id);
    const [seen] = await ctx.db.select().from(appointmentSeries).where(is);
    await lockCalendars(ctx, [seen?.consultantId ?? null]);
    const [series] = await ctx.db.select().from(appointmentSeries).where(is).for('no key update');
    if (!series || series.endedAt || series.consultantId !== seen?.consultantId) return;
    const now = ctx.clock.now();
    const until = addMinutes(now, HORIZON_DAYS * DAY_MINUTES);
    const most = MOST_OCCURRENCES - (await countUpcoming(ctx, id));
    if (most <= 0) return;
    const after = series.expandedUntilAt ?? undefined;
    const beginning = { wall: parseWall(series.localStart), timeZone: series.timeZone };
    const { starts, ended } = expandRule(series.rrule, beginning, { after, until, most });
    const spans = starts.map((at) => ({ startsAt: at, endsAt: addMinutes(at, series.durationMinutes) }));
    const conflicts = await findConflicts(
      ctx,
      spans.map((span) => ({ ...span, ...series, id: undefined })),
    );
    const taken = new Map(conflicts.map((conflict) => [conflict.startsAt.getTime(), conflict]));
    await noteSkipped(ctx, id, [...taken.values()]);
    const free = spans.filter(({ startsAt }) => !taken.has(startsAt.getTime()));
    const booked = await insertAppointments(ctx, { ...series, seriesId: id }, free);
    const expandedUntilAt = starts.length === most ? starts.at(-1)! : until;
    await ctx.db
      .update(appointmentSeries)
      .set({ expandedUntilAt, endedAt: ended ? now : null, updatedAt: now })
      .where(is);
    await announceChange(ctx, { verb: 'appointments.extend', event: 'created', appointments: booked, quietly: true });
    if (taken.size > 0) await tellSkipped(ctx, id, [...taken.keys()]);
  });

async function countUpcoming(ctx: OrgContext, seriesId: string): Promise<number> {
  const [row] = await ctx.db
    .select({ upcoming: count() })
    .from(appointments)
    .where(and(eq(appointments.seriesId, seriesId), gt(appointments.occurrenceAt, ctx.clock.now())));
  return row!.upcoming;
}

/** By the last appointment of the series that there is. */
async function tellSkipped(ctx: OrgContext, seriesId: string, times: number[]): Promise<void> {
  const rows = await ctx.db
    .select()
    .from(appointments)
    .where(and(eq(appointments.seriesId, seriesId), isNull(appointments.deletedAt)))
    .orderBy(desc(appointments.occurrenceAt))
    .limit(1);
  const skipped = times.map((at) => new Date(at).toISOString());
  await announceChange(ctx, {
    verb: 'appointments.skip',
    event: 'conflict',
    appointments: rows,
    details: { skipped },
  });
}
