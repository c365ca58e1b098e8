import type { OrgContext } from '#src/context.ts';
import { appointmentReminders, appointments } from '#src/db/schema/appointments.ts';
import { newId } from '#src/platform/ids.ts';
import type { Appointment, Reminder, Span } from './appointment.ts';

export type AppointmentBase = Pick<
  Appointment,
  | 'customerId'
  | 'consultantId'
  | 'title'
  | 'place'
  | 'link'
  | 'note'
  | 'timeZone'
  | 'bufferMinutes'
  | 'requiresApproval'
  | 'seriesId'
>;

/** Books these times, in one statement; who must be asked first is. */
export async function insertAppointments(
  ctx: OrgContext,
  base: AppointmentBase,
  spans: Span[],
): Promise<Appointment[]> {
  const now = ctx.clock.now();
  const by = { statusByType: ctx.actor.type, statusById: ctx.userId };
  const { customerId, consultantId, title, place, link, note, timeZone, bufferMinutes, requiresApproval, seriesId } =
    base;
  const shared = {
    customerId,
    consultantId,
    title,
    place,
    link,
    note,
    timeZone,
    bufferMinutes,
    requiresApproval,
    seriesId,
  };
  const rows = spans.map(({ startsAt, endsAt }) => ({
    ...shared,
    startsAt,
    endsAt,
    ...by,
    id: newId(),
    organizationId: ctx.organizationId,
    occurrenceAt: seriesId === null ? null : startsAt,
    status: requiresApproval ? ('requested' as const) : ('approved' as const),
    statusChangedAt: now,
    createdByType: ctx.actor.type,
    createdById: ctx.userId,
    createdAt: now,
    updatedAt: now,
  }));
  return rows.length === 0 ? [] : ctx.db.insert(appointments).values(rows).returning();
}

export type ReminderOwner = { appointmentId: string; seriesId?: never } | { seriesId: string; appointmentId?: never };

export async function insertReminders(ctx: OrgContext, owner: ReminderOwner, reminders: Reminder[]): Promise<void> {
  if (reminders.length === 0) return;
  const { organizationId } = ctx;
  const createdAt = ctx.clock.now();
  await ctx.db
    .insert(appointmentReminders)
    .values(reminders.map((reminder) => ({ ...reminder, ...owner, id: newId(), organizationId, createdAt })));
}
