import { sql } from 'drizzle-orm';
import { boolean, index, integer, jsonb, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { organizations } from './accounts.ts';
import { createdAt, id, instant, updatedAt } from './columns.ts';
import { customers } from './customers.ts';

export const addressKinds = ['phone', 'email'] as const;
export const customFieldTypes = ['text', 'number', 'date', 'boolean', 'select', 'multi-select'] as const;

/**
 * Every phone and email of a customer. The primary ones are `customers.phone` and `customers.email`, copied here by triggers; the others
 * stand only here. A phone belongs to one living customer of an organization, be it primary or not.
 */
export const customerAddresses = pgTable(
  'customer_addresses',
  {
    id: id(),
    organizationId: uuid()
      .notNull()
      .references(() => organizations.id, { onDelete: 'cascade' }),
    customerId: uuid()
      .notNull()
      .references(() => customers.id, { onDelete: 'cascade' }),
    kind: text({ enum: addressKinds }).notNull(),
    /** E.164, or an email in lower case. */
    address: text().notNull(),
    /** As suppressions know it. */
    hash: text().notNull().generatedAlwaysAs(sql`address_hash(organization_id, address)`),
    /** As the organization calls it: work, mother… */
    label: text(),
    isPrimary: boolean().notNull().default(false),
    createdAt: createdAt(),
    /** Of the customer. */
    deletedAt: instant(),
  },
  (t) => [
    uniqueIndex('customer_addresses_phone_key')
      .on(t.organizationId, t.address)
      .where(sql`${t.kind} = 'phone' and ${t.deletedAt} is null`),
    uniqueIndex('customer_addresses_customer_key').on(t.customerId, t.kind, t.address),
    uniqueIndex('customer_addresses_primary_key').on(t.customerId, t.kind).where(sql`${t.isPrimary}`),
    index('customer_addresses_email_idx')
      .on(t.organizationId, t.address)
      .where(sql`${t.kind} = 'email' and ${t.deletedAt} is null`),
    // from a suppressed address to its customers, also when only its hash is left
    index('customer_addresses_hash_idx')
      .on(t.organizationId, sql`left(${t.hash}, 32)`)
      .where(sql`${t.deletedAt} is null`),
  ],
);

/** What an organization keeps about its customers beyond what we know of: the names and types of `customers.custom_fields`. */
export const customFields = pgTable(
  'custom_fields',
  {
    id: id(),
    organizationId: uuid()
      .notNull()
      .references(() => organizations.id, { onDelete: 'cascade' }),
    /** Under which values are kept: never changes. */
    key: text().notNull(),
    label: text().notNull(),
    type: text({ enum: customFieldTypes }).notNull(),
    /** Of select and multi-select. */
    options: text().array().notNull().default(sql`'{}'`),
    position: integer().notNull().default(0),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
    /** From here on a job removes its values; then the row goes, and the key is free again. */
    deletedAt: instant(),
  },
  (t) => [uniqueIndex('custom_fields_key').on(t.organizationId, t.key)],
);

/** A saved filter, evaluated when it is used. */
export const segments = pgTable(
  'segments',
  {
    id: id(),
    organizationId: uuid()
      .notNull()
      .references(() => organizations.id, { onDelete: 'cascade' }),
    name: text().notNull(),
    /** In the filters' language. */
    filter: jsonb().$type<Record<string, unknown>>().notNull(),
    createdBy: uuid(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (t) => [
    uniqueIndex('segments_name_key').on(t.organizationId, sql`lower(${t.name})`),
    index('segments_list_idx').on(t.organizationId, t.id),
  ],
);
