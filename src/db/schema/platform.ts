import { sql } from 'drizzle-orm';
import { boolean, integer, jsonb, pgTable, smallint, uuid } from 'drizzle-orm/pg-core';
import type { Pacing } from './accounts.ts';
import { createdAt, updatedAt } from './columns.ts';
import type { mediaKinds } from './files.ts';

/** After `minimumMails`, more than so many of a hundred bounced for good, or complained of. */
export type MailGuard = { minimumMails: number; bouncePercent: number; complaintPercent: number };

/** What can be switched off for everyone. */
export const features = [
  'signUp',
  'whatsapp',
  'emailCampaigns',
  'sms',
  'appointments',
  'integrations',
  'webhooks',
  'imports',
] as const;
export type Feature = (typeof features)[number];
export type Features = Record<Feature, boolean>;

/** How a new user begins; what is left out is the platform's own default. */
export type NewUsers = {
  delayMinSeconds?: number;
  delayMaxSeconds?: number;
  dailyCap?: number | null;
  pacing?: Partial<Pacing>;
};

/** Where a new organization is at home. `locale` null: the language of whoever signs up. */
export type NewOrganizations = { timeZone?: string; region?: string; locale?: 'tr' | 'en' | null };

export type CreditPrice = { amount: string; currency: string };

/** What things cost. `smsSegment` null: as the configuration says. `credit`: what one credit is sold for, for display and reports: a decimal amount. */
export type Prices = { smsSegment?: number | null; credit?: CreditPrice | null };

/** How long what is not needed any more is kept. */
export type Retention = {
  liveEventsHours?: number;
  inboundWebhooksDays?: number;
  outboundWebhooksDays?: number;
  systemMailsDays?: number;
  smsReportsDays?: number;
  /** Null: as the configuration says. */
  importsDays?: number | null;
  deletedCustomersDays?: number | null;
};

/** Narrower than what WhatsApp takes. `mimeTypes` null: all of them. */
export type AllowedMedia = {
  mimeTypes?: string[] | null;
  maxBytes?: Partial<Record<(typeof mediaKinds)[number], number>>;
};

/** One row: the outer limits that the platform admin sets for everyone. */
export const platformSettings = pgTable('platform_settings', {
  id: smallint().primaryKey().default(1),
  windowStartMinute: smallint().notNull().default(540),
  windowEndMinute: smallint().notNull().default(1320),
  windowDays: smallint().array().notNull().default(sql`'{1,2,3,4,5,6,7}'`),
  /** Whether a number never written to is looked up on WhatsApp before its first message. */
  checkNumbers: boolean().notNull().default(true),
  /** When an email campaign stops by itself. */
  mailGuard: jsonb()
    .$type<MailGuard>()
    .notNull()
    .default({ minimumMails: 500, bouncePercent: 5, complaintPercent: 0.1 }),
  /** Never below the configuration's; null: that one alone. */
  delayFloorSeconds: integer(),
  newUsers: jsonb().$type<NewUsers>().notNull().default({}),
  newOrganizations: jsonb().$type<NewOrganizations>().notNull().default({}),
  prices: jsonb().$type<Prices>().notNull().default({}),
  retention: jsonb().$type<Retention>().notNull().default({}),
  media: jsonb().$type<AllowedMedia>().notNull().default({}),
  /** What is missing is on. */
  features: jsonb().$type<Partial<Features>>().notNull().default({}),
  /** One more with every change. */
  version: integer().notNull().default(0),
  updatedAt: updatedAt(),
});

/** What the settings were, every time. */
export const platformSettingsVersions = pgTable('platform_settings_versions', {
  version: integer().primaryKey(),
  settings: jsonb().$type<Record<string, unknown>>().notNull(),
  changes: jsonb().$type<Record<string, [before: unknown, after: unknown]>>().notNull(),
  /** The version that was brought back; null: it was changed by hand. */
  restoredVersion: integer(),
  userId: uuid(),
  createdAt: createdAt(),
});
