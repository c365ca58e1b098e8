import { sql } from 'drizzle-orm';
import { boolean, jsonb, pgTable, smallint } from 'drizzle-orm/pg-core';
import { updatedAt } from './columns.ts';

/** After `minimumMails`, more than so many of a hundred bounced for good, or complained of. */
export type MailGuard = { minimumMails: number; bouncePercent: number; complaintPercent: number };

/** One row: the outer limits that the platform admin sets for everyone. */
export const platformSettings = pgTable('platform_settings', {
  id: smallint().primaryKey().default(1),
  windowStartMinute: smallint().notNull().default(540),
  windowEndMinute: smallint().notNull().default(1320),
  windowDays: smallint().array().notNull().default(sql`'{1,2,3,4,5,6,7}'`),
  /** Whether a number never written to is looked up on WhatsApp before its first message. */
  checkNumbers: boolean().notNull().default(true),
  /** When an email campaign stops by itself. */
  mailGuard: jsonb()
    .$type<MailGuard>()
    .notNull()
    .default({ minimumMails: 500, bouncePercent: 5, complaintPercent: 0.1 }),
  updatedAt: updatedAt(),
});
