import { sql } from 'drizzle-orm';
import {
  boolean,
  check,
  customType,
  index,
  integer,
  pgTable,
  primaryKey,
  smallint,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { organizations, users } from './accounts.ts';
import { createdAt, id, instant, updatedAt } from './columns.ts';
import { customers } from './customers.ts';
import { templates } from './templates.ts';

/** `requested`: waits for a yes, its time is held. `done`, `no-show`: how it went. */
export const appointmentStatuses = ['requested', 'approved', 'declined', 'cancelled', 'done', 'no-show'] as const;
/** Those in which it takes its consultant's time; the exclusion constraint names the same. */
export const occupyingStatuses = ['requested', 'approved', 'done'] as const;
/** Who changed its status last; `customer`: by the link that he was sent. */
export const appointmentActors = ['user', 'apiKey', 'job', 'webhook', 'admin', 'customer'] as const;
/** What an edit of a single occurrence may set for itself: later edits of its series leave that alone. */
export const occurrenceFields = [
  'time',
  'consultant',
  'title',
  'place',
  'link',
  'note',
  'buffer',
  'approval',
  'reminders',
] as const;
export const skippedReasons = ['conflict', 'removed'] as const;
export const reminderChannels = ['whatsapp', 'sms', 'email'] as const;
export const reminderSendStatuses = ['planned', 'sent', 'skipped', 'dropped', 'failed'] as const;

const timeRange = customType<{ data: string }>({ dataType: () => 'tstzrange' });

const organizationId = () =>
  uuid()
    .notNull()
    .references(() => organizations.id, { onDelete: 'cascade' });

const customerId = () =>
  uuid()
    .notNull()
    .references(() => customers.id, { onDelete: 'cascade' });

/** What recurs, as its next occurrences are booked. Occurrences are appointments of their own, booked some time ahead. */
export const appointmentSeries = pgTable(
  'appointment_series',
  {
    id: id(),
    organizationId: organizationId(),
    customerId: customerId(),
    consultantId: uuid().references(() => users.id, { onDelete: 'set null' }),
    title: text().notNull(),
    place: text(),
    link: text(),
    note: text(),
    bufferMinutes: smallint().notNull().default(0),
    requiresApproval: boolean().notNull().default(false),
    /** RFC 5545, without DTSTART; UNTIL in UTC. */
    rrule: text().notNull(),
    /** The first occurrence on the wall clock of its zone, `2026-03-02T14:00`: what stays when the clocks change. */
    localStart: text().notNull(),
    durationMinutes: integer().notNull(),
    /** IANA. */
    timeZone: text().notNull(),
    /** The series that this one was cut from, by an edit of "this and following". */
    splitFromId: uuid(),
    /** Occurrences up to here, this instant included, are booked; null: none yet. */
    expandedUntilAt: instant(),
    /** No occurrence is left to be booked: the rule came to its end, or the series was cut or cancelled. */
    endedAt: instant(),
    createdByType: text({ enum: appointmentActors }).notNull(),
    createdById: text(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (t) => [
    index('appointment_series_open_idx').on(t.expandedUntilAt).where(sql`${t.endedAt} is null`),
    index('appointment_series_customer_idx').on(t.customerId),
  ],
);

export const appointments = pgTable(
  'appointments',
  {
    id: id(),
    organizationId: organizationId(),
    /** Null: it does not recur. */
    seriesId: uuid().references(() => appointmentSeries.id, { onDelete: 'cascade' }),
    /** When it would begin by the rule of its series (RECURRENCE-ID): stays when it is moved. */
    occurrenceAt: instant(),
    /** What was edited of this occurrence alone (`occurrenceFields`). */
    overrides: text().array().notNull().default(sql`'{}'`),
    customerId: customerId(),
    /** Null: nobody in particular, and nobody's time. */
    consultantId: uuid().references(() => users.id, { onDelete: 'set null' }),
    title: text().notNull(),
    place: text(),
    link: text(),
    note: text(),
    startsAt: instant().notNull(),
    endsAt: instant().notNull(),
    /** IANA: in which it was agreed and is shown. */
    timeZone: text().notNull(),
    /** Kept free after its end. */
    bufferMinutes: smallint().notNull().default(0),
    /** From its start to the end of its buffer. */
    busy: timeRange().generatedAlwaysAs(sql`busy_range(starts_at, ends_at, buffer_minutes)`),
    status: text({ enum: appointmentStatuses }).notNull(),
    statusReason: text(),
    statusChangedAt: instant().notNull(),
    statusByType: text({ enum: appointmentActors }).notNull(),
    statusById: text(),
    requiresApproval: boolean().notNull().default(false),
    /** Null: not approved, or never needed to be. */
    approvedAt: instant(),
    approvedByType: text({ enum: appointmentActors }),
    approvedById: text(),
    /** Another time that the customer asks for; it is held for nobody. */
    proposedStartAt: instant(),
    proposedEndAt: instant(),
    proposedNote: text(),
    proposedAt: instant(),
    /** One more with every change that reminders, invitations or calendars must follow (SEQUENCE in iCalendar). */
    version: integer().notNull().default(1),
    createdByType: text({ enum: appointmentActors }).notNull(),
    createdById: text(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
    deletedAt: instant(),
  },
  (t) => [
    uniqueIndex('appointments_occurrence_key').on(t.seriesId, t.occurrenceAt).where(sql`${t.seriesId} is not null`),
    index('appointments_list_idx').on(t.organizationId, t.startsAt, t.id).where(sql`${t.deletedAt} is null`),
    index('appointments_consultant_idx')
      .on(t.organizationId, t.consultantId, t.startsAt, t.id)
      .where(sql`${t.deletedAt} is null`),
    index('appointments_customer_idx')
      .on(t.organizationId, t.customerId, t.startsAt, t.id)
      .where(sql`${t.deletedAt} is null`),
    index('appointments_status_idx')
      .on(t.organizationId, t.status, t.startsAt, t.id)
      .where(sql`${t.deletedAt} is null`),
    index('appointments_booked_idx').on(t.customerId, t.createdAt, t.id),
    index('appointments_settled_idx')
      .on(t.customerId, t.statusChangedAt, t.id)
      .where(sql`${t.status} in ('declined', 'cancelled', 'done', 'no-show')`),
    index('appointments_approved_idx').on(t.customerId, t.approvedAt, t.id).where(sql`${t.approvedAt} is not null`),
    index('appointments_by_customer_idx').on(t.customerId, t.id),
    check('appointments_length', sql`${t.endsAt} > ${t.startsAt}`),
    check('appointments_buffer', sql`${t.bufferMinutes} >= 0`),
    check('appointments_occurrence', sql`(${t.seriesId} is null) = (${t.occurrenceAt} is null)`),
    check('appointments_proposal', sql`(${t.proposedStartAt} is null) = (${t.proposedEndAt} is null)`),
  ],
);

/** Occurrences of a series that were not booked, and why: nothing is lost without a word. */
export const skippedOccurrences = pgTable(
  'skipped_occurrences',
  {
    organizationId: organizationId(),
    seriesId: uuid()
      .notNull()
      .references(() => appointmentSeries.id, { onDelete: 'cascade' }),
    occurrenceAt: instant().notNull(),
    startsAt: instant().notNull(),
    endsAt: instant().notNull(),
    reason: text({ enum: skippedReasons }).notNull(),
    /** Of a conflict: what stood there. */
    appointmentId: uuid(),
    createdAt: createdAt(),
  },
  (t) => [primaryKey({ columns: [t.seriesId, t.occurrenceAt] })],
);

/** How long before an appointment, or each one of a series, its customer is reminded, and by which road. */
export const appointmentReminders = pgTable(
  'appointment_reminders',
  {
    id: id(),
    organizationId: organizationId(),
    /** Of a single appointment, or of an occurrence with reminders of its own. */
    appointmentId: uuid().references(() => appointments.id, { onDelete: 'cascade' }),
    seriesId: uuid().references(() => appointmentSeries.id, { onDelete: 'cascade' }),
    channel: text({ enum: reminderChannels }).notNull(),
    minutesBefore: integer().notNull(),
    /** Null: our own text. */
    templateId: uuid().references(() => templates.id, { onDelete: 'set null' }),
    /** Null: the customer's, else the organization's. */
    language: text({ enum: ['tr', 'en'] }),
    createdAt: createdAt(),
  },
  (t) => [
    uniqueIndex('appointment_reminders_appointment_key')
      .on(t.appointmentId, t.channel, t.minutesBefore)
      .where(sql`${t.appointmentId} is not null`),
    uniqueIndex('appointment_reminders_series_key')
      .on(t.seriesId, t.channel, t.minutesBefore)
      .where(sql`${t.seriesId} is not null`),
    check('appointment_reminders_owner', sql`num_nonnulls(${t.appointmentId}, ${t.seriesId}) = 1`),
  ],
);

/** One reminder of one version of an appointment: goes out once, or says why not. */
export const appointmentReminderSends = pgTable(
  'appointment_reminder_sends',
  {
    id: id(),
    organizationId: organizationId(),
    appointmentId: uuid()
      .notNull()
      .references(() => appointments.id, { onDelete: 'cascade' }),
    /** Null: the reminder was taken away since. */
    reminderId: uuid().references(() => appointmentReminders.id, { onDelete: 'set null' }),
    /** The appointment's, as it was planned for; of an older one: not sent any more. */
    version: integer().notNull(),
    channel: text({ enum: reminderChannels }).notNull(),
    minutesBefore: integer().notNull(),
    templateId: uuid(),
    language: text({ enum: ['tr', 'en'] }),
    dueAt: instant().notNull(),
    status: text({ enum: reminderSendStatuses }).notNull().default('planned'),
    reason: text(),
    messageId: uuid(),
    mailId: uuid(),
    smsId: uuid(),
    settledAt: instant(),
    createdAt: createdAt(),
  },
  (t) => [
    uniqueIndex('appointment_reminder_sends_key').on(t.appointmentId, t.channel, t.minutesBefore, t.version),
    index('appointment_reminder_sends_due_idx').on(t.dueAt, t.id).where(sql`${t.status} = 'planned'`),
    index('appointment_reminder_sends_reminder_idx').on(t.reminderId),
  ],
);

/** A consultant's calendar as other programs subscribe to it, by a secret address. */
export const calendarFeeds = pgTable(
  'calendar_feeds',
  {
    id: id(),
    organizationId: organizationId(),
    consultantId: uuid()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    tokenHash: text().notNull(),
    createdAt: createdAt(),
    lastReadAt: instant(),
    revokedAt: instant(),
  },
  (t) => [
    uniqueIndex('calendar_feeds_token_key').on(t.tokenHash),
    uniqueIndex('calendar_feeds_consultant_key')
      .on(t.organizationId, t.consultantId)
      .where(sql`${t.revokedAt} is null`),
  ],
);
