import { sql } from 'drizzle-orm';
import { check, date, index, integer, jsonb, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { organizations, users } from './accounts.ts';
import { createdAt, id, instant, updatedAt } from './columns.ts';
import { listIndexes } from './list-indexes.ts';

/** By which road somebody last spoke with a customer; the last two are noted by hand. */
export const contactChannels = ['whatsapp', 'email', 'sms', 'call', 'meeting'] as const;
export const suppressionLevels = ['blacklist', 'graylist'] as const;
/** What a suppression closes: everything, or marketing mail only (an unsubscribe, a bounce, a complaint). */
export const suppressionScopes = ['all', 'email'] as const;
export type OptOutEvidence = { text: string; receivedAt: string; instanceId: string; messageId: string };
/** Of an unsubscribe, a bounce or a complaint: what the mail's link or its carrier told. */
export type CustomFieldValue = string | number | boolean | string[] | null;
export type WithdrawalEvidence = Record<string, unknown>;

export const customers = pgTable(
  'customers',
  {
    id: id(),
    organizationId: uuid()
      .notNull()
      .references(() => organizations.id, { onDelete: 'cascade' }),
    firstName: text().notNull(),
    lastName: text(),
    /** E.164. */
    phone: text(),
    /** Lower case. */
    email: text(),
    /** ISO 3166-1 alpha-2. */
    countryCode: text(),
    source: text(),
    consultantId: uuid().references(() => users.id, { onDelete: 'set null' }),
    tags: text().array().notNull().default(sql`'{}'`),
    city: text(),
    /** ISO 639-1, lower case: in which to write; null: the organization's. */
    language: text(),
    birthday: date({ mode: 'string' }),
    /** 1229 for the 29th of December: birthdays are asked for by the day of the year. */
    birthdayDay: integer().generatedAlwaysAs(
      sql`(extract(month from birthday) * 100 + extract(day from birthday))::integer`,
    ),
    /** By the key of the organization's custom fields; each value as its type says. */
    customFields: jsonb().$type<Record<string, CustomFieldValue>>().notNull().default({}),
    note: text(),
    /** The folded name alone: whoever has the same may be the same person. */
    nameKey: text().generatedAlwaysAs(sql`fold_text(first_name || ' ' || coalesce(last_name, ''))`),
    /** Folded (lower case, no accents, Turkish letters as Latin) name, phone and email, for search. */
    searchText: text().notNull().default(''),
    lastContactedAt: instant(),
    lastContactedChannel: text({ enum: contactChannels }),
    createdByType: text({ enum: ['user', 'apiKey', 'job', 'webhook', 'admin'] }),
    createdById: text(),
    /** The consent record by which marketing may be sent now; null: none. Derived from `consents` by a trigger. */
    emailConsentId: uuid(),
    whatsappConsentId: uuid(),
    smsConsentId: uuid(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
    deletedAt: instant(),
    /** Everything personal is gone from this row and from all that hangs on it (KVKK art. 7). */
    erasedAt: instant(),
    /** The customer who took over all that hung on this one; set only together with `deletedAt`. */
    mergedIntoId: uuid(),
  },
  (t) => [
    uniqueIndex('customers_phone_key')
      .on(t.organizationId, t.phone)
      .where(sql`${t.deletedAt} is null and ${t.phone} is not null`),
    index('customers_email_idx')
      .on(t.organizationId, t.email)
      .where(sql`${t.deletedAt} is null and ${t.email} is not null`),
    index('customers_won_idx').on(t.organizationId, t.createdAt).where(sql`${t.mergedIntoId} is null`),
    ...listIndexes(t),
    index('customers_merged_idx').on(t.mergedIntoId).where(sql`${t.mergedIntoId} is not null`),
  ],
);

/** Addresses we do not write to. Keyed by the address itself, so it outlives the customer. */
export const suppressions = pgTable(
  'suppressions',
  {
    id: id(),
    organizationId: uuid()
      .notNull()
      .references(() => organizations.id, { onDelete: 'cascade' }),
    phone: text(),
    /** Lower case. */
    email: text(),
    /** Kept when the address itself is erased, and what it is known by; filled in by a trigger. */
    phoneHash: text(),
    emailHash: text(),
    level: text({ enum: suppressionLevels }).notNull(),
    scope: text({ enum: suppressionScopes }).notNull().default('all'),
    reason: text(),
    /** Of an opt-out: what the customer wrote; of a withdrawal: how it came. */
    evidence: jsonb().$type<OptOutEvidence | WithdrawalEvidence>(),
    expiresAt: instant(),
    createdBy: uuid(),
    createdAt: createdAt(),
  },
  (t) => [
    uniqueIndex('suppressions_phone_key')
      .on(t.organizationId, t.phoneHash, t.level)
      .where(sql`${t.phoneHash} is not null`),
    index('suppressions_phone_idx').on(t.organizationId, t.phone).where(sql`${t.phone} is not null`),
    uniqueIndex('suppressions_email_key')
      .on(t.organizationId, t.emailHash, t.level, t.scope)
      .where(sql`${t.emailHash} is not null`),
    index('suppressions_email_idx').on(t.organizationId, t.email).where(sql`${t.email} is not null`),
    // all forms of an address's hash begin alike
    index('suppressions_hash_idx').on(t.organizationId, sql`left(coalesce(${t.phoneHash}, ${t.emailHash}), 32)`),
    index('suppressions_list_idx').on(t.organizationId, t.id),
    check('suppressions_one_address', sql`num_nonnulls(coalesce(${t.phoneHash}, ${t.phone}), ${t.emailHash}) = 1`),
  ],
);
