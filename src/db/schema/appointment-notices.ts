import { sql } from 'drizzle-orm';
import { boolean, check, index, integer, pgTable, smallint, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { organizations } from './accounts.ts';
import { appointments, reminderChannels } from './appointments.ts';
import { createdAt, id, instant, updatedAt } from './columns.ts';

/** What somebody is told of an appointment; `requested`: with a link to answer by. */
export const noticeKinds = ['requested', 'confirmed', 'moved', 'cancelled', 'declined', 'proposed'] as const;
export const noticeAudiences = ['customer', 'consultant'] as const;
export const noticeStatuses = ['planned', 'sent', 'skipped', 'failed'] as const;

/** One word to one person about one version of an appointment: handed over once, or it says why not. */
export const appointmentNotices = pgTable(
  'appointment_notices',
  {
    id: id(),
    organizationId: uuid()
      .notNull()
      .references(() => organizations.id, { onDelete: 'cascade' }),
    appointmentId: uuid()
      .notNull()
      .references(() => appointments.id, { onDelete: 'cascade' }),
    version: integer().notNull(),
    kind: text({ enum: noticeKinds }).notNull(),
    audience: text({ enum: noticeAudiences }).notNull(),
    /** 1: by itself; more: somebody had it sent again. */
    attempt: smallint().notNull().default(1),
    /** Who caused it. */
    userId: uuid(),
    /** Asked for, then used. Null: the first that works. */
    channel: text({ enum: reminderChannels }),
    /** It speaks for all of its series that is still to come. */
    wholeSeries: boolean().notNull().default(false),
    status: text({ enum: noticeStatuses }).notNull().default('planned'),
    reason: text(),
    messageId: uuid(),
    mailId: uuid(),
    smsId: uuid(),
    settledAt: instant(),
    createdAt: createdAt(),
  },
  (t) => [
    uniqueIndex('appointment_notices_key').on(t.appointmentId, t.version, t.kind, t.audience, t.attempt),
    index('appointment_notices_list_idx').on(t.appointmentId, t.id),
  ],
);

/** How an organization's appointments are spoken of. Without a row: the defaults. */
export const appointmentSettings = pgTable(
  'appointment_settings',
  {
    organizationId: uuid()
      .primaryKey()
      .references(() => organizations.id, { onDelete: 'cascade' }),
    /** Whether customers get a mail when an appointment is settled, moved or called off. */
    mailCustomers: boolean().notNull().default(true),
    /** Reminders go out between these two, on the clock of the appointment's zone; minutes from midnight, 1440 is "24:00". */
    remindFromMinute: smallint().notNull().default(480),
    remindUntilMinute: smallint().notNull().default(1320),
    updatedAt: updatedAt(),
  },
  (t) => [
    check(
      'appointment_settings_hours',
      sql`0 <= ${t.remindFromMinute} and ${t.remindFromMinute} < ${t.remindUntilMinute} and ${t.remindUntilMinute} <= 1440`,
    ),
  ],
);
