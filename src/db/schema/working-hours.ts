import { sql } from 'drizzle-orm';
import { check, date, index, pgTable, smallint, text, uuid } from 'drizzle-orm/pg-core';
import { organizations, users } from './accounts.ts';
import { createdAt, id, updatedAt } from './columns.ts';

const organizationId = () =>
  uuid()
    .notNull()
    .references(() => organizations.id, { onDelete: 'cascade' });

/** When a consultant works, week by week, on his own clock; of nobody: the whole organization's, for those who have none. */
export const workingHours = pgTable(
  'working_hours',
  {
    id: id(),
    organizationId: organizationId(),
    consultantId: uuid().references(() => users.id, { onDelete: 'cascade' }),
    /** ISO: 1 is Monday. */
    weekday: smallint().notNull(),
    /** From local midnight; 1440 is "24:00". */
    startMinute: smallint().notNull(),
    endMinute: smallint().notNull(),
  },
  (t) => [
    index('working_hours_idx').on(t.organizationId, t.consultantId, t.weekday, t.startMinute),
    check('working_hours_weekday', sql`${t.weekday} between 1 and 7`),
    check(
      'working_hours_minutes',
      sql`0 <= ${t.startMinute} and ${t.startMinute} < ${t.endMinute} and ${t.endMinute} <= 1440`,
    ),
  ],
);

/** Days, or a part of one, on which a consultant (null: nobody of the organization) takes appointments. */
export const daysOff = pgTable(
  'days_off',
  {
    id: id(),
    organizationId: organizationId(),
    consultantId: uuid().references(() => users.id, { onDelete: 'cascade' }),
    /** On the consultant's own calendar, both included. */
    fromDate: date({ mode: 'string' }).notNull(),
    toDate: date({ mode: 'string' }).notNull(),
    /** Of a part of each of these days; null: the whole days. */
    startMinute: smallint(),
    endMinute: smallint(),
    reason: text(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (t) => [
    index('days_off_list_idx').on(t.organizationId, t.id),
    index('days_off_consultant_idx').on(t.organizationId, t.consultantId, t.id),
    index('days_off_until_idx').on(t.organizationId, t.toDate),
    check('days_off_order', sql`${t.fromDate} <= ${t.toDate}`),
    check('days_off_minutes', sql`(${t.startMinute} is null) = (${t.endMinute} is null)`),
  ],
);
