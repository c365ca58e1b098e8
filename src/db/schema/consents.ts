import { index, jsonb, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { organizations } from './accounts.ts';
import { createdAt, id, instant } from './columns.ts';
import { customers } from './customers.ts';

export const consentChannels = ['email', 'whatsapp', 'sms'] as const;
export const consentPurposes = ['marketing'] as const;
export const consentStates = ['given', 'withdrawn'] as const;

/**
 * Who allowed what, when, and how it is known. Append-only; what holds for a customer, channel and purpose is the latest
 * by `given_at` (the later written one of two at the same instant).
 */
export const consents = pgTable(
  'consents',
  {
    id: id(),
    organizationId: uuid()
      .notNull()
      .references(() => organizations.id, { onDelete: 'cascade' }),
    customerId: uuid()
      .notNull()
      .references(() => customers.id, { onDelete: 'cascade' }),
    channel: text({ enum: consentChannels }).notNull(),
    purpose: text({ enum: consentPurposes }).notNull().default('marketing'),
    state: text({ enum: consentStates }).notNull(),
    /** Where it comes from: a form, an import, an unsubscribe link… */
    source: text().notNull(),
    /** What the person read when agreeing. */
    wording: text(),
    /** The address it was given for, as a hash (address_hash): the record outlives the address. */
    addressHash: text(),
    /** When the person decided. */
    givenAt: instant().notNull(),
    actorType: text({ enum: ['user', 'apiKey', 'job', 'webhook', 'admin', 'customer'] }).notNull(),
    actorId: text(),
    ip: text(),
    evidence: jsonb().$type<Record<string, unknown>>(),
    createdAt: createdAt(),
  },
  (t) => [
    index('consents_customer_idx').on(t.customerId, t.channel, t.purpose, t.givenAt, t.id),
    index('consents_timeline_idx').on(t.customerId, t.givenAt, t.id),
    index('consents_list_idx').on(t.organizationId, t.id),
  ],
);
