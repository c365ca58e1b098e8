import { sql } from 'drizzle-orm';
import { boolean, date, index, integer, pgTable, smallint, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { organizations, users } from './accounts.ts';
import { createdAt, id, instant, updatedAt } from './columns.ts';

export const reportKinds = ['monthly', 'consultants', 'lead-sources'] as const;
export const reportFormats = ['json', 'csv', 'xlsx', 'pdf'] as const;
export const reportStatuses = ['pending', 'running', 'completed', 'failed'] as const;

/** A report that is made by a job and fetched when it is there. */
export const reports = pgTable(
  'reports',
  {
    id: id(),
    organizationId: uuid()
      .notNull()
      .references(() => organizations.id, { onDelete: 'cascade' }),
    /** Who asked for it. */
    userId: uuid().notNull(),
    kind: text({ enum: reportKinds }).notNull(),
    /** Local days; the second is the first that it leaves out. */
    fromDay: date({ mode: 'string' }).notNull(),
    toDay: date({ mode: 'string' }).notNull(),
    format: text({ enum: reportFormats }).notNull(),
    language: text({ enum: ['tr', 'en'] }).notNull(),
    status: text({ enum: reportStatuses }).notNull().default('pending'),
    statusReason: text(),
    doneSteps: smallint().notNull().default(0),
    totalSteps: smallint().notNull().default(1),
    /** The month that it was scheduled for: made once, and sent by mail when it is there. */
    scheduledMonth: text(),
    storageKey: text(),
    sizeBytes: integer(),
    createdAt: createdAt(),
    startedAt: instant(),
    endedAt: instant(),
    /** From when on its bytes are gone. */
    expiresAt: instant(),
  },
  (t) => [
    index('reports_list_idx').on(t.organizationId, t.id),
    index('reports_own_idx').on(t.userId, t.id),
    uniqueIndex('reports_scheduled_key').on(t.userId, t.scheduledMonth).where(sql`${t.scheduledMonth} is not null`),
    index('reports_expiry_idx').on(t.expiresAt).where(sql`${t.expiresAt} is not null and ${t.storageKey} is not null`),
  ],
);

/** Who gets last month's report by mail, on the first of the month by his own clock. */
export const reportSchedules = pgTable(
  'report_schedules',
  {
    userId: uuid()
      .primaryKey()
      .references(() => users.id, { onDelete: 'cascade' }),
    organizationId: uuid()
      .notNull()
      .references(() => organizations.id, { onDelete: 'cascade' }),
    enabled: boolean().notNull(),
    kind: text({ enum: ['monthly', 'consultants'] }).notNull(),
    format: text({ enum: ['pdf', 'xlsx'] }).notNull(),
    /** The newest month, `2026-10`, that it has been asked for; those up to it are not sent any more. */
    lastMonth: text().notNull(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (t) => [index('report_schedules_due_idx').on(t.lastMonth).where(sql`${t.enabled}`)],
);
