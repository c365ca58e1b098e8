import { date, integer, pgTable, unique, uuid } from 'drizzle-orm/pg-core';
import { id, instant } from './columns.ts';

/** The most users that were online at once, day by day. No organization: on the whole platform. */
export const presencePeaks = pgTable(
  'presence_peaks',
  {
    id: id(),
    organizationId: uuid(),
    day: date({ mode: 'string' }).notNull(),
    userCount: integer().notNull(),
    reachedAt: instant().notNull(),
  },
  (t) => [unique('presence_peaks_key').on(t.organizationId, t.day).nullsNotDistinct()],
);
