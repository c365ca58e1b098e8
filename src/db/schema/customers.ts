import { sql } from 'drizzle-orm';
import {
  boolean,
  check,
  date,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import type { Text } from '#src/platform/language.ts';
import { organizations, users } from './accounts.ts';
import { createdAt, id, instant, updatedAt } from './columns.ts';

/** By which road somebody last spoke with a customer; the last two are noted by hand. */
export const contactChannels = ['whatsapp', 'email', 'sms', 'call', 'meeting'] as const;
export const suppressionLevels = ['blacklist', 'graylist'] as const;
/** What a suppression closes: everything, or marketing mail only (an unsubscribe, a bounce, a complaint). */
export const suppressionScopes = ['all', 'email'] as const;
export const consentChannels = ['email', 'whatsapp', 'sms'] as const;
export const consentPurposes = ['marketing'] as const;
export const consentStates = ['given', 'withdrawn'] as const;
export const importStatuses = ['pending', 'running', 'completed', 'failed'] as const;
/** `message`: a text in both languages; a plain string in imports from before that. */
export type ImportError = { row: number; field: string; message: Text | string };

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
    index('customers_list_idx').on(t.organizationId, t.id).where(sql`${t.deletedAt} is null`),
    index('customers_source_idx').on(t.organizationId, t.source, t.id).where(sql`${t.deletedAt} is null`),
    index('customers_consultant_idx').on(t.organizationId, t.consultantId, t.id).where(sql`${t.deletedAt} is null`),
    index('customers_country_idx').on(t.organizationId, t.countryCode, t.id).where(sql`${t.deletedAt} is null`),
    index('customers_contacted_idx').on(t.organizationId, t.lastContactedAt).where(sql`${t.deletedAt} is null`),
    index('customers_created_idx').on(t.organizationId, t.createdAt).where(sql`${t.deletedAt} is null`),
    index('customers_email_consent_idx')
      .on(t.organizationId, t.id)
      .where(sql`${t.deletedAt} is null and ${t.emailConsentId} is not null`),
    index('customers_whatsapp_consent_idx')
      .on(t.organizationId, t.id)
      .where(sql`${t.deletedAt} is null and ${t.whatsappConsentId} is not null`),
    index('customers_tags_idx').using('gin', t.tags),
    index('customers_search_idx').using('gin', sql`${t.searchText} gin_trgm_ops`),
  ],
);

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
    index('consents_list_idx').on(t.organizationId, t.id),
  ],
);

export const groups = pgTable(
  'groups',
  {
    id: id(),
    organizationId: uuid()
      .notNull()
      .references(() => organizations.id, { onDelete: 'cascade' }),
    name: text().notNull(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (t) => [
    uniqueIndex('groups_name_key').on(t.organizationId, sql`lower(${t.name})`),
    index('groups_list_idx').on(t.organizationId, t.id),
  ],
);

export const groupMembers = pgTable(
  'group_members',
  {
    groupId: uuid()
      .notNull()
      .references(() => groups.id, { onDelete: 'cascade' }),
    customerId: uuid()
      .notNull()
      .references(() => customers.id, { onDelete: 'cascade' }),
    organizationId: uuid().notNull(),
    createdAt: createdAt(),
  },
  (t) => [primaryKey({ columns: [t.groupId, t.customerId] }), index('group_members_customer_idx').on(t.customerId)],
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
    /** Kept when the address itself is erased; filled in by a trigger. */
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
    uniqueIndex('suppressions_phone_key').on(t.organizationId, t.phone, t.level).where(sql`${t.phone} is not null`),
    uniqueIndex('suppressions_email_key')
      .on(t.organizationId, t.emailHash, t.level, t.scope)
      .where(sql`${t.emailHash} is not null`),
    index('suppressions_email_idx').on(t.organizationId, t.email).where(sql`${t.email} is not null`),
    index('suppressions_list_idx').on(t.organizationId, t.id),
    check('suppressions_one_address', sql`num_nonnulls(${t.phone}, ${t.emailHash}) = 1`),
  ],
);

export const customerImports = pgTable(
  'customer_imports',
  {
    id: id(),
    organizationId: uuid()
      .notNull()
      .references(() => organizations.id, { onDelete: 'cascade' }),
    userId: uuid().notNull(),
    status: text({ enum: importStatuses }).notNull().default('pending'),
    statusReason: text(),
    dryRun: boolean().notNull().default(false),
    storageKey: text().notNull(),
    groupId: uuid(),
    totalCount: integer().notNull().default(0),
    createdCount: integer().notNull().default(0),
    updatedCount: integer().notNull().default(0),
    rejectedCount: integer().notNull().default(0),
    errors: jsonb().$type<ImportError[]>().notNull().default([]),
    createdAt: createdAt(),
    startedAt: instant(),
    endedAt: instant(),
  },
  (t) => [index('customer_imports_list_idx').on(t.organizationId, t.id)],
);
