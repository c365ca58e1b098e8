import type { AppContext } from '#src/context.ts';
import type { MailAddition } from '#src/mails/compose-mail.ts';
import type { AppointmentData } from '#src/mails/mail-data.ts';
import type { Language } from '#src/platform/language.ts';
import { editionOf, signAppointmentToken } from './appointment-token.ts';
import { sayWhen, sayWhere } from './appointment-words.ts';
import { type CalendarEntry, createCalendar } from './create-calendar.ts';
import type { Appointment, AppointmentFacts } from './read-appointment-facts.ts';

/** Where the customer answers, while it is as it is now. */
export const answerUrl = (
  { publicUrl, authSecret }: Pick<AppContext, 'publicUrl' | 'authSecret'>,
  appointment: Appointment,
): string =>
  `${publicUrl}/a/${signAppointmentToken(authSecret, { appointmentId: appointment.id, edition: editionOf(appointment) })}`;

export const mailDataOf = (
  { appointment, customer, consultant, organization }: AppointmentFacts,
  language: Language,
): AppointmentData => ({
  organization: organization.name,
  customer: customer.firstName,
  title: appointment.title,
  when: sayWhen(appointment.startsAt, language, appointment.timeZone),
  place: sayWhere(appointment),
  consultant: consultant?.name ?? '',
});

/** In whose name it goes out, and where an answer goes. */
export const letterheadOf = ({ organization, consultant, owner }: AppointmentFacts): MailAddition => ({
  fromName: organization.name,
  replyTo: consultant?.email ?? owner?.email ?? null,
});

const isOff = ({ status, deletedAt }: Appointment): boolean =>
  status === 'cancelled' || status === 'declined' || deletedAt !== null;

/** As it stands in calendars: a call-off comes after whatever was said of the same version. */
export const entryOf = (of: Appointment): CalendarEntry => ({
  uid: `${of.id}@ulak`,
  sequence: of.version + (isOff(of) ? 1 : 0),
  startsAt: of.startsAt,
  endsAt: of.endsAt,
  timeZone: of.timeZone,
  title: of.title,
  place: sayWhere(of),
  status: isOff(of) ? 'cancelled' : of.status === 'requested' ? 'tentative' : 'confirmed',
  changedAt: of.updatedAt,
});

/** The entry that goes with a mail to the customer. Several at once are told without asking for an answer: one invitation is about one event. */
export function calendarFor(ctx: AppContext, facts: AppointmentFacts, all: Appointment[]): MailAddition['calendar'] {
  const { customer, consultant, organization } = facts;
  const organizer = {
    name: organization.name,
    email: consultant?.email ?? ctx.config.mail.from.replace(/^.*<|>$/g, ''),
  };
  const entries = all.map((one) => ({
    ...entryOf(one),
    organizer,
    attendee: customer.email
      ? { name: customer.name, email: customer.email, accepted: one.status === 'approved' }
      : null,
  }));
  const method = all.length > 1 ? 'PUBLISH' : isOff(all[0]!) ? 'CANCEL' : 'REQUEST';
  return { method, content: createCalendar({ method, at: ctx.clock.now(), entries }) };
}
