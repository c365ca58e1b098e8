import type { Changes } from '#src/accounts/changes-of.ts';
import { recordActivity } from '#src/accounts/record-activity.ts';
import type { OrgContext } from '#src/context.ts';
import { publishLiveEvent } from '#src/live/publish-live-event.ts';
import type { Appointment, Scope } from './appointment.ts';
import { type AppointmentNews, followChanges } from './follow-changes.ts';

/** What happens to appointments. */
export type AppointmentEvent =
  | 'created'
  | 'moved'
  | 'changed'
  | 'approved'
  | 'declined'
  | 'cancelled'
  | 'done'
  | 'no-show'
  | 'deleted'
  | 'conflict';

export type Change = {
  /** `appointments.book` */
  verb: string;
  event: AppointmentEvent;
  /** As they are now; at least one, the one that was asked about first. */
  appointments: Appointment[];
  scope?: Scope | undefined;
  /** What is different about them: `time`, `title`… */
  changed?: string[];
  details?: Record<string, unknown>;
  /** Of the one that was asked about first. */
  changes?: Changes;
  /** Nobody gets a message by it: what is booked as time goes by. */
  quietly?: boolean;
};

/** Told live as they are; the others one by one, by `followChanges`. */
const FOR_FRONT_ENDS: readonly AppointmentEvent[] = ['created', 'changed', 'deleted', 'conflict'];
/** Of what a customer has been told. */
const TOLD = ['consultant', 'title', 'place', 'link', 'approval'];

/**
 * The end of every verb, in its transaction: who did what is written down, front ends and webhooks are told, reminders are planned, customer and
 * consultant get their messages.
 */
export async function announceChange(ctx: OrgContext, change: Change): Promise<void> {
  const { verb, event, appointments, scope, changed, details, changes = {}, quietly = false } = change;
  const [first] = appointments;
  if (!first) return;
  const { id, seriesId, customerId } = first;
  const about = { seriesId, count: appointments.length, ...(scope && { scope }), ...(changed && { changed }) };
  await recordActivity(ctx, {
    verb,
    subjectType: 'appointment',
    subjectId: id,
    details: { ...about, customerId, ...details },
    changes,
  });
  if (FOR_FRONT_ENDS.includes(event)) await tellFrontEnds(ctx, change, about);
  await followChanges(
    ctx,
    appointments.map((appointment) => ({ appointment, news: newsOf(change, appointment) })),
    { quietly },
  );
}

async function tellFrontEnds(
  ctx: OrgContext,
  { event, appointments: [first] }: Change,
  about: Record<string, unknown>,
): Promise<void> {
  const { id, customerId, consultantId, status, startsAt, endsAt, version } = first!;
  const times = { startsAt: startsAt.toISOString(), endsAt: endsAt.toISOString() };
  const data = { appointmentId: id, ...about, customerId, consultantId, status, ...times, version };
  await publishLiveEvent(ctx, { type: `appointment.${event}`, data });
}

function newsOf({ event, changed = [] }: Change, { status }: Appointment): AppointmentNews {
  if (event === 'created') return status === 'requested' ? 'requested' : 'booked';
  if (event === 'changed') return changed.some((field) => TOLD.includes(field)) ? 'changed' : 'edited';
  return event === 'conflict' ? 'edited' : event;
}
