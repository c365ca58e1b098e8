import { sql } from 'drizzle-orm';
import { boolean, index, integer, pgTable, primaryKey, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { organizations, users } from './accounts.ts';
import { createdAt, id, instant, updatedAt } from './columns.ts';

export const conversationStatuses = ['open', 'closed'] as const;

/** What one number of ours and one person say to each other. Begun by a message that came in, or by a single one of ours. */
export const conversations = pgTable(
  'conversations',
  {
    id: id(),
    organizationId: uuid()
      .notNull()
      .references(() => organizations.id, { onDelete: 'cascade' }),
    instanceId: uuid().notNull(),
    /** Null: a number that no customer has. */
    customerId: uuid(),
    /** E.164, where the person is written to. Null: WhatsApp hides it, and only the LID is known. */
    phone: text(),
    /** Digits of `…@lid`. */
    lid: text(),
    /** As the person calls himself on WhatsApp. */
    profileName: text(),
    status: text({ enum: conversationStatuses }).notNull().default('open'),
    assigneeId: uuid().references(() => users.id, { onDelete: 'set null' }),
    unreadCount: integer().notNull().default(0),
    lastMessageId: uuid(),
    /** When something was last said, by either side: the order of the list. */
    lastMessageAt: instant().notNull(),
    lastInboundAt: instant(),
    /** Folded, for search: profile name and phone; after a line break the customer's own search text, kept by a trigger. */
    searchText: text().notNull().default(''),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (t) => [
    uniqueIndex('conversations_customer_key').on(t.instanceId, t.customerId).where(sql`${t.customerId} is not null`),
    uniqueIndex('conversations_phone_key').on(t.instanceId, t.phone).where(sql`${t.phone} is not null`),
    uniqueIndex('conversations_lid_key').on(t.instanceId, t.lid).where(sql`${t.lid} is not null`),
    index('conversations_list_idx').on(t.organizationId, t.status, t.lastMessageAt, t.id),
    index('conversations_assignee_idx').on(t.organizationId, t.assigneeId, t.status, t.lastMessageAt, t.id),
    index('conversations_all_idx').on(t.organizationId, t.lastMessageAt, t.id),
    index('conversations_unread_idx').on(t.organizationId, t.lastMessageAt, t.id).where(sql`${t.unreadCount} > 0`),
    index('conversations_number_idx').on(t.instanceId, t.lastMessageAt, t.id),
    index('conversations_assigned_idx').on(t.organizationId, t.assigneeId, t.lastMessageAt, t.id),
    index('conversations_by_customer_idx').on(t.customerId),
    index('conversations_by_phone_idx').on(t.organizationId, t.phone).where(sql`${t.phone} is not null`),
    index('conversations_search_idx').using('gin', sql`${t.searchText} gin_trgm_ops`),
  ],
);

/** Which phone is behind a hidden one. Learnt per organization: one must not tell another's numbers. */
export const lids = pgTable(
  'lids',
  {
    organizationId: uuid()
      .notNull()
      .references(() => organizations.id, { onDelete: 'cascade' }),
    /** Digits of `…@lid`. */
    lid: text().notNull(),
    /** E.164. */
    phone: text().notNull(),
    learntAt: instant().notNull(),
  },
  (t) => [primaryKey({ columns: [t.organizationId, t.lid] }), index('lids_phone_idx').on(t.organizationId, t.phone)],
);

/** Edits and recalls of messages that have not come yet: applied to them when they come. The newest edit of each. */
export const earlyAmendments = pgTable(
  'early_amendments',
  {
    instanceId: uuid().notNull(),
    providerMessageId: text().notNull(),
    type: text({ enum: ['edit', 'recall'] }).notNull(),
    /** Said to come from our own side. */
    fromMe: boolean().notNull(),
    body: text(),
    at: instant().notNull(),
    createdAt: createdAt(),
  },
  (t) => [
    primaryKey({ columns: [t.instanceId, t.providerMessageId, t.type] }),
    index('early_amendments_created_at_idx').on(t.createdAt),
  ],
);

/** What colleagues tell each other about a conversation. */
export const conversationNotes = pgTable(
  'conversation_notes',
  {
    id: id(),
    organizationId: uuid()
      .notNull()
      .references(() => organizations.id, { onDelete: 'cascade' }),
    conversationId: uuid()
      .notNull()
      .references(() => conversations.id, { onDelete: 'cascade' }),
    userId: uuid().notNull(),
    body: text().notNull(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (t) => [index('conversation_notes_list_idx').on(t.conversationId, t.createdAt, t.id)],
);
