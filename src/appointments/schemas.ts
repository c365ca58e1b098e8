import { z } from '@hono/zod-openapi';
import type { OrgContext } from '#src/context.ts';
import { cleanLine, cleanText } from '#src/customers/customer.ts';
import {
  appointmentActors,
  appointmentStatuses,
  occurrenceFields,
  reminderChannels,
  skippedReasons,
} from '#src/db/schema/appointments.ts';
import { templateLanguages } from '#src/db/schema/templates.ts';
import { bothLanguages } from '#src/platform/read-request.ts';
import { Id, InstantIn, InstantOut, PageQuery, toInstant } from '#src/platform/schemas.ts';
import { isTimeZone, spellTimeZone } from '#src/windows/time-zone.ts';
import { limits, type Reminder, scopes } from './appointment.ts';
import type { Verdict } from './check-booking.ts';
import { presentConflict, presentSpan } from './present-conflict.ts';
import type { AppointmentDetail, AppointmentView } from './queries.ts';
import { NoticeOut, presentNotice, presentReminderSend, ReminderSendOut } from './told-schemas.ts';

const line = (max: number) => z.string().overwrite(cleanLine).max(max);
const words = (max: number) => z.string().overwrite(cleanText).max(max);

/** On the minute, as calendars have it. */
export const MinuteIn = InstantIn.refine(
  (text) => !/:\d\d:(?!00(\.0*)?(Z|[+-]))/.test(text),
  bothLanguages({ en: 'A whole minute, without seconds', tr: 'Saniyesiz, tam dakika' }),
).transform((text) => new Date(text));

export const TimeZoneIn = z
  .string()
  .refine(
    isTimeZone,
    bothLanguages({ en: 'A time zone such as Europe/Istanbul', tr: 'Europe/Istanbul gibi bir saat dilimi' }),
  )
  .transform(spellTimeZone);

const Link = z
  .string()
  .trim()
  .max(limits.link)
  .refine(isWebAddress, bothLanguages({ en: 'A web address', tr: 'Bir web adresi' }));

function isWebAddress(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

const ReminderIn = z
  .strictObject({
    channel: z.enum(reminderChannels),
    minutesBefore: z.int().min(0).max(limits.minutesBefore),
    templateId: Id.nullish(),
    language: z.enum(templateLanguages).nullish(),
  })
  .transform(
    ({ templateId = null, language = null, ...reminder }): Reminder => ({ ...reminder, templateId, language }),
  );

const RemindersIn = z
  .array(ReminderIn)
  .max(limits.reminders)
  .refine(
    (list) => new Set(list.map(({ channel, minutesBefore }) => `${channel} ${minutesBefore}`)).size === list.length,
    bothLanguages({ en: 'Twice the same channel at the same time', tr: 'Aynı kanal aynı anda iki kez' }),
  );

const recurrence = z.string().trim().min(1).max(500).openapi({
  description:
    'An RRULE (RFC 5545) without DTSTART: daily or rarer, always at the time of day of the first one in `timeZone`. Two years, at most 500 appointments, are booked ahead; more follow by themselves.',
  example: 'FREQ=WEEKLY;BYDAY=TU;COUNT=10',
});

const details = {
  startsAt: MinuteIn,
  endsAt: MinuteIn,
  consultantId: Id.nullish(),
  title: line(limits.title).min(1),
  place: line(limits.place).nullish(),
  link: Link.nullish(),
  note: words(limits.note).nullish(),
  timeZone: TimeZoneIn.optional(),
  bufferMinutes: z.int().min(0).max(limits.bufferMinutes),
  reminders: RemindersIn,
  requiresApproval: z.boolean(),
};

const booking = {
  ...details,
  customerId: Id,
  consultantId: details.consultantId.openapi({ description: 'Left out: the caller; null: nobody in particular.' }),
  bufferMinutes: details.bufferMinutes.default(0).openapi({ description: 'Kept free after its end.' }),
  reminders: RemindersIn.default([]),
  requiresApproval: z.boolean().default(false),
  recurrence: recurrence.nullish(),
};

export const AppointmentIn = z
  .strictObject({
    ...booking,
    skipConflicts: z
      .boolean()
      .default(false)
      .openapi({ description: 'Of a series: book what is free, instead of refusing all of it.' }),
  })
  .openapi('AppointmentIn');

export const AppointmentCheckIn = z
  .strictObject({
    ...booking,
    skipConflicts: z.boolean().optional().openapi({ description: 'Makes no difference here.' }),
    appointmentId: Id.optional().openapi({ description: 'The one that is to be moved: not in its own way.' }),
  })
  .openapi('AppointmentCheckIn');

export const ScopeIn = z.enum(scopes).default('this').openapi({
  description: 'Of a series: this one alone, this one and all later ones, or all that are still to come.',
});

export const AppointmentChangeIn = z
  .strictObject({
    ...z.object(details).partial().shape,
    recurrence: recurrence.optional(),
    proposal: z.null().optional().openapi({ description: 'Null: turns down the time that the customer asked for.' }),
    scope: ScopeIn,
    version: z
      .int()
      .min(1)
      .max(2 ** 31 - 1)
      .optional()
      .openapi({
        description: 'As it was read: refused if it was changed since.',
      }),
  })
  .openapi('AppointmentChange', {
    description: 'What is left out stays; a new start without an end keeps the length.',
  });

export const StepIn = z
  .strictObject({ reason: words(limits.reason).nullish(), scope: ScopeIn })
  .openapi('AppointmentStep');
export const OutcomeIn = z.strictObject({ reason: words(limits.reason).nullish() }).openapi('AppointmentOutcome');
export const DeleteQuery = z.strictObject({ scope: ScopeIn });

export const AppointmentQuery = PageQuery.extend({
  from: InstantIn.transform((text) => new Date(text)).optional(),
  to: InstantIn.transform((text) => new Date(text)).optional(),
  consultantId: Id.optional(),
  customerId: Id.optional(),
  seriesId: Id.optional(),
  status: z.enum(appointmentStatuses).optional(),
});

const SpanOut = z.object({ startsAt: InstantOut, endsAt: InstantOut });

const ReminderOut = z.object({
  id: Id,
  channel: z.enum(reminderChannels),
  minutesBefore: z.int(),
  templateId: Id.nullable(),
  language: z.enum(templateLanguages).nullable(),
});

const SkippedOut = SpanOut.extend({
  reason: z.enum(skippedReasons),
  appointmentId: Id.nullable().openapi({ description: 'What stood there' }),
});

export const AppointmentOut = SpanOut.extend({
  id: Id,
  customer: z.object({ id: Id, firstName: z.string(), lastName: z.string().nullable() }),
  consultantId: Id.nullable(),
  title: z.string(),
  place: z.string().nullable(),
  link: z.string().nullable(),
  note: z.string().nullable(),
  timeZone: z.string(),
  bufferMinutes: z.int(),
  status: z.enum(appointmentStatuses),
  statusReason: z.string().nullable(),
  statusChangedAt: InstantOut,
  statusBy: z.enum(appointmentActors),
  requiresApproval: z.boolean(),
  approvedAt: InstantOut.nullable(),
  approvedBy: z.enum(appointmentActors).nullable(),
  proposal: z
    .object({
      startsAt: InstantOut.nullable().openapi({ description: 'Null: he only wrote something' }),
      endsAt: InstantOut.nullable(),
      note: z.string().nullable(),
      proposedAt: InstantOut,
    })
    .nullable()
    .openapi({ description: 'Another time that the customer asked for' }),
  series: z
    .object({
      id: Id,
      recurrence: z.string(),
      occurrenceAt: InstantOut.openapi({ description: 'When it would begin by the rule' }),
      editedAlone: z.array(z.enum(occurrenceFields)),
      bookedUntil: InstantOut.nullable(),
      ended: z.boolean().openapi({ description: 'No more will be booked' }),
    })
    .nullable(),
  reminders: z.array(ReminderOut),
  version: z.int(),
  createdAt: InstantOut,
  updatedAt: InstantOut,
}).openapi('Appointment');

export const AppointmentDetailOut = AppointmentOut.extend({
  skipped: z.array(SkippedOut).openapi({ description: 'Times of its series that could not be booked' }),
  reminderSends: z.array(ReminderSendOut).openapi({ description: 'What became, or is to become, of its reminders' }),
  notices: z.array(NoticeOut).openapi({ description: 'What customer and consultant were told besides' }),
}).openapi('AppointmentDetail');

export const presentAppointment = ({
  appointment: row,
  customer,
  series,
  reminders,
}: AppointmentView): z.input<typeof AppointmentOut> => ({
  ...row,
  ...presentSpan(row),
  customer,
  statusChangedAt: toInstant(row.statusChangedAt),
  statusBy: row.statusByType,
  approvedAt: toInstant(row.approvedAt),
  approvedBy: row.approvedByType,
  proposal: row.proposedAt && {
    startsAt: toInstant(row.proposedStartAt),
    endsAt: toInstant(row.proposedEndAt),
    note: row.proposedNote,
    proposedAt: toInstant(row.proposedAt),
  },
  series: series && {
    id: series.id,
    recurrence: series.rrule,
    occurrenceAt: toInstant(row.occurrenceAt)!,
    editedAlone: row.overrides as (typeof occurrenceFields)[number][],
    bookedUntil: toInstant(series.expandedUntilAt),
    ended: series.endedAt !== null,
  },
  reminders,
  createdAt: toInstant(row.createdAt),
  updatedAt: toInstant(row.updatedAt),
});

export const presentDetail = (view: AppointmentDetail): z.input<typeof AppointmentDetailOut> => ({
  ...presentAppointment(view),
  skipped: view.skipped.map((row) => ({ ...row, ...presentSpan(row) })),
  reminderSends: view.sends.map(presentReminderSend),
  notices: view.notices.map(presentNotice),
});

const ConflictOut = SpanOut.extend({
  appointment: SpanOut.extend({
    id: Id.nullable().openapi({ description: 'Null: a colleague’s, of which only the time is told' }),
    title: z.string().nullable(),
    customerId: Id.nullable(),
    seriesId: Id.nullable(),
    consultantId: Id.nullable(),
    status: z.enum(appointmentStatuses),
    bufferMinutes: z.int(),
  }),
});

export const CheckOut = z
  .object({
    occurrences: z.array(SpanOut).openapi({ description: 'The times that would be booked now' }),
    conflicts: z.array(ConflictOut).openapi({ description: 'Of the consultant: it would be refused' }),
    outsideWorkingHours: z.array(SpanOut),
    daysOff: z.array(SpanOut.extend({ dayOff: z.object({ id: Id, reason: z.string().nullable() }) })),
    customerConflicts: z.array(ConflictOut).openapi({ description: 'Of the customer, with another consultant' }),
    alternatives: z.array(SpanOut).openapi({
      description:
        'Where something speaks against it, free times for the first one, the nearest first; of a series, such at which all are free',
    }),
  })
  .openapi('AppointmentCheck');

export const presentVerdict = (ctx: OrgContext, verdict: Verdict): z.input<typeof CheckOut> => ({
  occurrences: verdict.occurrences.map(presentSpan),
  conflicts: verdict.conflicts.map((conflict) => presentConflict(ctx, conflict)),
  outsideWorkingHours: verdict.outsideWorkingHours.map(presentSpan),
  daysOff: verdict.daysOff.map((off) => ({ ...presentSpan(off), dayOff: off.dayOff })),
  customerConflicts: verdict.customerConflicts.map((conflict) => presentConflict(ctx, conflict)),
  alternatives: verdict.alternatives.map(presentSpan),
});
