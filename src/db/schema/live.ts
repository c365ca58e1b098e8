import { sql } from 'drizzle-orm';
import { bigint, index, jsonb, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { createdAt } from './columns.ts';

/** What front ends are told live, kept an hour so that a stream can be resumed by Last-Event-ID. */
export const liveEvents = pgTable(
  'live_events',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    /** The writing transaction: readers follow (xid, id) below the oldest running one, so a late commit is never skipped. */
    xid: bigint({ mode: 'number' }).notNull().default(sql`(pg_current_xact_id()::text::bigint)`),
    organizationId: uuid().notNull(),
    type: text().notNull(),
    data: jsonb().$type<Record<string, unknown>>().notNull(),
    createdAt: createdAt(),
  },
  (t) => [
    index('live_events_organization_idx').on(t.organizationId, t.xid, t.id),
    index('live_events_created_at_idx').on(t.createdAt),
  ],
);
