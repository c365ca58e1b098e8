import { sql } from 'drizzle-orm';
import { bigint, index, integer, jsonb, pgTable, primaryKey, smallint, text, uuid } from 'drizzle-orm/pg-core';
import { users } from './accounts.ts';
import { instant } from './columns.ts';

/**
 * What the processes log, for some days. Made by hand in its migration, with the indexes: partitioned by the day (UTC) of `at`, so
 * that old days go at once. Whose a line is stands beside it and is no reference: lines outlive what they tell of.
 */
export const logLines = pgTable(
  'log_lines',
  {
    at: instant().notNull(),
    id: uuid().notNull(),
    /** The writing transaction: who follows the lines reads below the oldest running one, so a late commit is never skipped. */
    xid: bigint({ mode: 'number' }).notNull().default(sql`(pg_current_xact_id()::text::bigint)`),
    /** pino's: 10 trace … 60 fatal. */
    level: smallint().notNull(),
    message: text().notNull(),
    requestId: text(),
    userId: uuid(),
    organizationId: uuid(),
    campaignId: uuid(),
    job: text(),
    /** Host and process id. */
    process: text().notNull(),
    /** Of what kind of error it tells. */
    fingerprint: uuid(),
    /** Everything else that was logged. */
    fields: jsonb().$type<Record<string, unknown>>().notNull(),
    /** What is searched, folded. */
    searchText: text().notNull(),
  },
  (t) => [primaryKey({ columns: [t.at, t.id] })],
);

/** Errors of one kind: class, message without what varies, and the place of ours where it was thrown. */
export const errorGroups = pgTable(
  'error_groups',
  {
    /** The fingerprint. */
    id: uuid().primaryKey(),
    type: text().notNull(),
    /** As it was last logged. */
    message: text().notNull(),
    /** Function and file; null where no file of ours is in the stack. */
    place: text(),
    /** The highest that was seen. */
    level: smallint().notNull(),
    count: bigint({ mode: 'number' }).notNull(),
    firstSeenAt: instant().notNull(),
    lastSeenAt: instant().notNull(),
    /** The fields of the newest line. */
    sample: jsonb().$type<Record<string, unknown>>().notNull(),
    searchText: text().notNull(),
    resolvedAt: instant(),
    resolvedBy: uuid().references(() => users.id, { onDelete: 'set null' }),
    /** When it came again after it had been resolved, or was reopened, the last time. */
    reopenedAt: instant(),
    reopenings: integer().notNull().default(0),
  },
  (t) => [
    index('error_groups_last_seen_idx').on(t.lastSeenAt, t.id),
    index('error_groups_first_seen_idx').on(t.firstSeenAt, t.id),
    index('error_groups_count_idx').on(t.count, t.id),
    index('error_groups_open_idx').on(t.lastSeenAt, t.id).where(sql`${t.resolvedAt} is null`),
    index('error_groups_search_idx').using('gin', t.searchText.op('gin_trgm_ops')),
    index('error_groups_resolved_by_idx').on(t.resolvedBy).where(sql`${t.resolvedBy} is not null`),
  ],
);
