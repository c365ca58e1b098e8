import { inTransaction, type OrgContext } from '#src/context.ts';
import { appointmentSeries, skippedOccurrences } from '#src/db/schema/appointments.ts';
import { newId } from '#src/platform/ids.ts';
import { requireFeature } from '#src/settings/require-feature.ts';
import { announceChange } from './announce-change.ts';
import { type Appointment, minutesBetween } from './appointment.ts';
import { appointmentConflict, refuseOverlap } from './appointment-conflict.ts';
import { type Booking, consultantOf, type Draft, draftBooking, wantedBy } from './draft-booking.ts';
import { type Conflict, findConflicts } from './find-conflicts.ts';
import { insertAppointments, insertReminders } from './insert-appointments.ts';
import { lockCalendars } from './lock-calendars.ts';
import { formatWall } from './wall-clock.ts';

export type BookingInput = Booking & {
  /** Of a series: what is free is booked, the rest noted as skipped. */
  skipConflicts?: boolean | undefined;
};

/**
 * Books an appointment, or as many of a series as are booked ahead. Times that the consultant has given away already are refused with
 * `appointment-conflict`, which names them all and what is free instead; nothing is booked then.
 */
export const bookAppointment = (ctx: OrgContext, input: BookingInput): Promise<Appointment> =>
  refuseOverlap(
    inTransaction(ctx, async (ctx) => {
      await requireFeature(ctx, 'appointments');
      await lockCalendars(ctx, [consultantOf(ctx, input)]);
      const draft = await draftBooking(ctx, input);
      const conflicts = await findConflicts(ctx, wantedBy(draft));
      const taken = new Map(conflicts.map((conflict) => [conflict.startsAt.getTime(), conflict]));
      const free = draft.occurrences.filter(({ startsAt }) => !taken.has(startsAt.getTime()));
      const skips = input.skipConflicts === true && draft.series !== null && free.length > 0;
      if (taken.size > 0 && !skips) throw await appointmentConflict(ctx, conflicts, draft);
      const seriesId = draft.series === null ? null : await insertSeries(ctx, draft);
      if (seriesId !== null) await noteSkipped(ctx, seriesId, [...taken.values()]);
      await insertReminders(ctx, { seriesId: seriesId as string }, seriesId === null ? [] : draft.reminders);
      const booked = await insertAppointments(ctx, baseOf(draft, seriesId), free);
      if (seriesId === null) await insertReminders(ctx, { appointmentId: booked[0]!.id }, draft.reminders);
      const details = seriesId === null ? {} : { recurrence: draft.series!.rule, skipped: taken.size };
      await announceChange(ctx, { verb: 'appointments.book', event: 'created', appointments: booked, details });
      return booked[0]!;
    }),
  );

const baseOf = (draft: Draft, seriesId: string | null) => {
  const { customerId, consultantId, title, place = null, link = null, note = null } = draft;
  const { timeZone, bufferMinutes, requiresApproval } = draft;
  return { customerId, consultantId, title, place, link, note, timeZone, bufferMinutes, requiresApproval, seriesId };
};

async function insertSeries(ctx: OrgContext, draft: Draft): Promise<string> {
  const { seriesId: _, ...base } = baseOf(draft, null);
  const { rule, wall, expandedUntil, ended } = draft.series!;
  const [id, now] = [newId(), ctx.clock.now()];
  await ctx.db.insert(appointmentSeries).values({
    ...base,
    id,
    organizationId: ctx.organizationId,
    rrule: rule,
    localStart: formatWall(wall),
    durationMinutes: minutesBetween(draft.startsAt, draft.endsAt),
    expandedUntilAt: expandedUntil,
    endedAt: ended ? now : null,
    createdByType: ctx.actor.type,
    createdById: ctx.userId,
    createdAt: now,
    updatedAt: now,
  });
  return id;
}

/** Writes down which occurrences could not be booked, and what stood there. */
export async function noteSkipped(ctx: OrgContext, seriesId: string, conflicts: Conflict[]): Promise<void> {
  if (conflicts.length === 0) return;
  const createdAt = ctx.clock.now();
  const { organizationId } = ctx;
  const rows = conflicts.map(({ startsAt, endsAt, with: other }) => ({
    organizationId,
    seriesId,
    occurrenceAt: startsAt,
    startsAt,
    endsAt,
    reason: 'conflict' as const,
    appointmentId: other.id,
    createdAt,
  }));
  await ctx.db.insert(skippedOccurrences).values(rows).onConflictDoNothing();
}
