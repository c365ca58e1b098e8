import { index, integer, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { organizations } from './accounts.ts';
import { createdAt, id, instant, updatedAt } from './columns.ts';
import { customers } from './customers.ts';

export const interactionKinds = ['call', 'meeting', 'visit', 'note'] as const;
export const interactionDirections = ['in', 'out'] as const;

/** What somebody noted by hand: a call, a meeting, a visit to the shop, or just a note. */
export const customerInteractions = pgTable(
  'customer_interactions',
  {
    id: id(),
    organizationId: uuid()
      .notNull()
      .references(() => organizations.id, { onDelete: 'cascade' }),
    customerId: uuid()
      .notNull()
      .references(() => customers.id, { onDelete: 'cascade' }),
    /** Who noted it. */
    userId: uuid().notNull(),
    kind: text({ enum: interactionKinds }).notNull(),
    /** Who called or came to whom; null of a note. */
    direction: text({ enum: interactionDirections }),
    happenedAt: instant().notNull(),
    durationMinutes: integer(),
    /** In a few words: reached, no answer, sold… */
    outcome: text(),
    text: text(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (t) => [index('customer_interactions_list_idx').on(t.customerId, t.happenedAt, t.id)],
);
