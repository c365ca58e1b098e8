import type { OrgContext } from '#src/context.ts';
import type { appointments } from '#src/db/schema/appointments.ts';
import { publishLiveEvents } from '#src/live/publish-live-events.ts';
import { appointmentEvent } from './appointment-event.ts';
import { planNotices } from './plan-notices.ts';
import { planReminders } from './plan-reminders.ts';

type Appointment = typeof appointments.$inferSelect;

/**
 * What became of an appointment. `booked`: made without asking anybody; `changed`: something that its customer was told of, but not the time;
 * `edited`: nothing that anybody is told of.
 */
export type AppointmentNews =
  | 'requested'
  | 'booked'
  | 'approved'
  | 'declined'
  | 'time-proposed'
  | 'moved'
  | 'changed'
  | 'edited'
  | 'cancelled'
  | 'done'
  | 'no-show'
  | 'deleted';
/** The row as it is now. */
export type AppointmentChange = { appointment: Appointment; news: AppointmentNews };

/**
 * Whatever follows a change: reminders are planned anew, front ends and endpoints are told, customer and consultant get their mails and links.
 * In the transaction of the verb that changed them, after it has written all of one edit; a series is spoken of once. `quietly`: nobody gets
 * a message (occurrences that are booked as time goes by).
 */
export async function followChanges(
  ctx: OrgContext,
  changes: AppointmentChange[],
  { quietly = false }: { quietly?: boolean } = {},
): Promise<void> {
  if (changes.length === 0) return;
  await planReminders(
    ctx,
    changes.map(({ appointment }) => appointment.id),
  );
  await publishLiveEvents(
    ctx,
    changes.flatMap(({ appointment, news }) => (isTold(news) ? [appointmentEvent(appointment, news)] : [])),
  );
  if (!quietly) await planNotices(ctx, changes);
}

const isTold = (news: AppointmentNews): boolean => !['edited', 'changed', 'deleted'].includes(news);
