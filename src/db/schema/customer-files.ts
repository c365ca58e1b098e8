import { sql } from 'drizzle-orm';
import { index, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { organizations } from './accounts.ts';
import { createdAt, id, instant, updatedAt } from './columns.ts';
import { customers } from './customers.ts';
import { media } from './files.ts';

export const fileKinds = ['image', 'video', 'audio', 'document'] as const;

/** A file in a customer's Files tab: put there by a colleague, or by itself when a message took or brought it. */
export const customerFiles = pgTable(
  'customer_files',
  {
    id: id(),
    organizationId: uuid()
      .notNull()
      .references(() => organizations.id, { onDelete: 'cascade' }),
    customerId: uuid()
      .notNull()
      .references(() => customers.id, { onDelete: 'cascade' }),
    mediaId: uuid()
      .notNull()
      .references(() => media.id),
    kind: text({ enum: fileKinds }).notNull(),
    name: text().notNull(),
    /** As written. */
    tags: text().array().notNull().default(sql`'{}'`),
    /** The same, folded: by which a tag is found and two spellings are one. */
    tagKeys: text().array().notNull().default(sql`'{}'`),
    /** Folded name and tags, for search. */
    searchText: text().notNull(),
    /** Who put it there; null: a message did. */
    userId: uuid(),
    /** The newest message that took or brought it. */
    messageId: uuid(),
    /** When it was last put here, sent or received: the order of the list. */
    filedAt: instant().notNull(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (t) => [
    uniqueIndex('customer_files_media_key').on(t.customerId, t.mediaId),
    index('customer_files_list_idx').on(t.customerId, t.filedAt, t.id),
    index('customer_files_all_idx').on(t.organizationId, t.filedAt, t.id),
    index('customer_files_kind_idx').on(t.organizationId, t.kind, t.filedAt, t.id),
    index('customer_files_media_idx').on(t.mediaId),
    index('customer_files_tags_idx').using('gin', t.tagKeys),
    index('customer_files_search_idx').using('gin', sql`${t.searchText} gin_trgm_ops`),
  ],
);
