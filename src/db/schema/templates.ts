import { sql } from 'drizzle-orm';
import { index, integer, jsonb, pgTable, primaryKey, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { organizations } from './accounts.ts';
import { createdAt, id, updatedAt } from './columns.ts';
import type { EmailSource } from './emails.ts';
import { media } from './files.ts';

export const templateChannels = ['whatsapp', 'email', 'sms'] as const;
export const templateLanguages = ['tr', 'en'] as const;
export const templateCategories = [
  'appointment-reminder',
  'appointment-confirmation',
  'welcome',
  'offer',
  'birthday',
  'follow-up',
  'payment',
  'feedback',
  'quick-reply',
  'other',
] as const;

/** A stored text; what it says stands in its versions. */
export const templates = pgTable(
  'templates',
  {
    id: id(),
    organizationId: uuid()
      .notNull()
      .references(() => organizations.id, { onDelete: 'cascade' }),
    channel: text({ enum: templateChannels }).notNull(),
    language: text({ enum: templateLanguages }).notNull(),
    category: text({ enum: templateCategories }).notNull(),
    name: text().notNull(),
    /** What a quick reply is called by while writing. */
    shortcut: text(),
    /** The same, folded: `Çalışma` and `calisma` are one. */
    shortcutKey: text(),
    /** Which of those that come with an account; null: somebody's own. */
    providedKey: text(),
    /** The number of the version in force. */
    version: integer().notNull(),
    /** Folded name and shortcut, for search. */
    searchText: text().notNull(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (t) => [
    uniqueIndex('templates_name_key').on(t.organizationId, t.channel, t.language, sql`lower(${t.name})`),
    uniqueIndex('templates_shortcut_key').on(t.organizationId, t.shortcutKey).where(sql`${t.shortcutKey} is not null`),
    uniqueIndex('templates_provided_key').on(t.organizationId, t.providedKey).where(sql`${t.providedKey} is not null`),
    index('templates_list_idx').on(t.organizationId, t.id),
    index('templates_channel_idx').on(t.organizationId, t.channel, t.id),
    index('templates_language_idx').on(t.organizationId, t.language, t.id),
    index('templates_category_idx').on(t.organizationId, t.category, t.id),
    index('templates_search_idx').using('gin', sql`${t.searchText} gin_trgm_ops`),
  ],
);

/** A template as it was saved once; never changed. */
export const templateVersions = pgTable(
  'template_versions',
  {
    organizationId: uuid()
      .notNull()
      .references(() => organizations.id, { onDelete: 'cascade' }),
    templateId: uuid()
      .notNull()
      .references(() => templates.id, { onDelete: 'cascade' }),
    /** From 1, without gaps. */
    number: integer().notNull(),
    name: text().notNull(),
    language: text({ enum: templateLanguages }).notNull(),
    category: text({ enum: templateCategories }).notNull(),
    shortcut: text(),
    subject: text(),
    preheader: text(),
    /** WhatsApp and SMS. Null: only media, or an email. */
    text: text(),
    /** Email. */
    source: jsonb().$type<EmailSource>(),
    mediaIds: uuid().array().notNull().default(sql`'{}'`),
    /** What it is filled with, by name. */
    variables: text().array().notNull().default(sql`'{}'`),
    /** Who saved it; null: it came with the account. */
    userId: uuid(),
    createdAt: createdAt(),
  },
  (t) => [primaryKey({ columns: [t.templateId, t.number] })],
);

/** Files that templates now use: they cannot be deleted meanwhile. */
export const templateMedia = pgTable(
  'template_media',
  {
    organizationId: uuid()
      .notNull()
      .references(() => organizations.id, { onDelete: 'cascade' }),
    templateId: uuid()
      .notNull()
      .references(() => templates.id, { onDelete: 'cascade' }),
    mediaId: uuid()
      .notNull()
      .references(() => media.id),
  },
  (t) => [primaryKey({ columns: [t.templateId, t.mediaId] }), index('template_media_media_idx').on(t.mediaId)],
);
