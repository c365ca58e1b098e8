import { sql } from 'drizzle-orm';
import { bigint, date, index, integer, jsonb, pgTable, smallint, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { users } from './accounts.ts';
import { createdAt, id, instant, updatedAt } from './columns.ts';

/** What the admin's list of users is searched and sorted by: one row a user, kept by triggers, and the messages by a job. */
export const userFigures = pgTable(
  'user_figures',
  {
    userId: uuid()
      .primaryKey()
      .references(() => users.id, { onDelete: 'cascade' }),
    /** Name, email and organization, folded. */
    searchText: text().notNull().default(''),
    nameKey: text().notNull().default(''),
    /** By a request or a key of his own; the epoch: never. */
    lastSeenAt: instant().notNull().default(sql`'epoch'`),
    /** Sent in the month that begins on `sentMonth`, by every channel. */
    sentMonth: date({ mode: 'string' }).notNull().default('1970-01-01'),
    sentCount: integer().notNull().default(0),
  },
  (t) => [
    index('user_figures_name_idx').on(t.nameKey, t.userId),
    index('user_figures_seen_idx').on(t.lastSeenAt, t.userId),
    index('user_figures_sent_idx').on(t.sentCount, t.userId),
    index('user_figures_month_idx').on(t.sentMonth).where(sql`${t.sentCount} > 0`),
    index('user_figures_search_idx').using('gin', sql`${t.searchText} gin_trgm_ops`),
  ],
);

/** Messages sent and not yet counted in `user_figures`: one row each, written by triggers, gone within a minute. */
export const sentTallies = pgTable('sent_tallies', {
  id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
  userId: uuid().notNull(),
  organizationId: uuid().notNull(),
  sentAt: instant().notNull(),
});

export const deletionScopes = ['user', 'organization'] as const;
export const deletionStatuses = ['running', 'completed'] as const;
export const deletionSteps = [
  'campaigns',
  'single-messages',
  'instances',
  'outcomes',
  'credits',
  'files',
  'rows',
  'organization',
] as const;

/** The deletion of a user, or of an organization with its users: shut out at once, the rest is cleared away by a job. */
export const userDeletions = pgTable(
  'user_deletions',
  {
    id: id(),
    organizationId: uuid().notNull(),
    userId: uuid().notNull(),
    scope: text({ enum: deletionScopes }).notNull(),
    status: text({ enum: deletionStatuses }).notNull().default('running'),
    step: text({ enum: deletionSteps }).notNull().default('campaigns'),
    /** All whose accounts end by it. */
    userIds: uuid().array().notNull(),
    doneSteps: smallint().notNull().default(0),
    totalSteps: smallint().notNull(),
    /** What was ended and erased, by kind. */
    counts: jsonb().$type<Record<string, number>>().notNull().default({}),
    /** The admin who asked for it. */
    requestedBy: uuid().notNull(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
    endedAt: instant(),
  },
  (t) => [
    index('user_deletions_running_idx').on(t.id).where(sql`${t.status} = 'running'`),
    uniqueIndex('user_deletions_user_key').on(t.userId, t.organizationId),
  ],
);
