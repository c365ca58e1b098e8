import type { appointments } from '#src/db/schema/appointments.ts';
import type { OrganizationEvent } from '#src/live/publish-live-events.ts';

type Appointment = typeof appointments.$inferSelect;

/** What front ends and endpoints are told: ids and what changed. */
export function appointmentEvent(
  appointment: Appointment,
  news: string,
  more: Record<string, unknown> = {},
): OrganizationEvent {
  const { id, organizationId, seriesId, customerId, consultantId, status, startsAt, endsAt, version } = appointment;
  const data = {
    appointmentId: id,
    seriesId,
    customerId,
    consultantId,
    status,
    startsAt: startsAt.toISOString(),
    endsAt: endsAt.toISOString(),
    version,
    by: appointment.statusByType,
    ...(news === 'time-proposed' && proposalOf(appointment)),
    ...more,
  };
  return { organizationId, type: `appointment.${news}`, data };
}

const proposalOf = ({ proposedStartAt, proposedEndAt, proposedNote }: Appointment) => ({
  by: 'customer',
  proposedStartAt: proposedStartAt?.toISOString() ?? null,
  proposedEndAt: proposedEndAt?.toISOString() ?? null,
  note: proposedNote,
});
