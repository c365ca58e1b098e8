import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  date,
  doublePrecision,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  smallint,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { organizations } from './accounts.ts';
import { campaigns } from './campaigns.ts';
import { createdAt, id, instant, updatedAt } from './columns.ts';

export const identityStatuses = ['pending', 'verified', 'failed'] as const;
export const carrierKinds = ['sandbox', 'smtp', 'ses'] as const;
export const mailKinds = [
  'verify-address',
  'reset-password',
  'invitation',
  'instance-disconnected',
  'instance-unhealthy',
  'credits-low',
  'campaign-finished',
  'campaign-paused',
  'export-ready',
  'report-ready',
  'webhook-endpoint-disabled',
  'appointment-requested',
  'appointment-confirmed',
  'appointment-moved',
  'appointment-cancelled',
  'appointment-reminder',
  'appointment-approved',
  'appointment-declined',
  'appointment-time-proposed',
] as const;
export const mailStatuses = ['queued', 'sending', 'sent', 'failed', 'unknown'] as const;

/** By provider (mail-providers.ts). */
export type ProviderCurves = Record<string, { firstDay: number; growth: number; days: number }>;

/** A DNS record that the domain's owner sets, and what was last found in its place. */
export type DnsRecord = {
  purpose: 'dkim' | 'spf' | 'dmarc' | 'mail-from' | 'mail-from-mx';
  type: 'TXT' | 'CNAME' | 'MX';
  name: string;
  value: string;
  required: boolean;
  found: string[];
  ok: boolean;
};

/** What an email says: written as HTML or MJML, or one of our layouts filled in. */
export type EmailSource =
  | { kind: 'html'; html: string }
  | { kind: 'mjml'; mjml: string }
  | {
      kind: 'layout';
      layout: 'announcement' | 'newsletter' | 'offer';
      title: string;
      text: string;
      imageUrl?: string | null;
      imageAlt?: string | null;
      button?: { label: string; url: string } | null;
    };

/** From whom an organization's mail comes. */
export const sendingIdentities = pgTable(
  'sending_identities',
  {
    id: id(),
    organizationId: uuid()
      .notNull()
      .references(() => organizations.id, { onDelete: 'cascade' }),
    fromName: text().notNull(),
    /** Lower case. */
    fromEmail: text().notNull(),
    domain: text().notNull(),
    replyTo: text(),
    /** Who writes, by law in every marketing mail: trade name, and how to reach it. */
    tradeName: text().notNull(),
    contact: text().notNull(),
    carrier: text({ enum: carrierKinds }).notNull(),
    /** Its own SMTP server, encrypted; null: the platform's. */
    smtpUrlSealed: text(),
    dkimSelector: text().notNull(),
    /** PKCS#8 PEM, encrypted. */
    dkimKeySealed: text().notNull(),
    dkimPublicKey: text().notNull(),
    status: text({ enum: identityStatuses }).notNull().default('pending'),
    statusReason: text(),
    records: jsonb().$type<DnsRecord[]>().notNull().default([]),
    /** Days since its first mail decide how many it may send a day; null: no warm-up. */
    warmUpSince: date({ mode: 'string' }),
    /** The same for the mailboxes of single providers; null: none has a limit of its own. */
    providerWarmUp: jsonb().$type<{ since: string; curves: ProviderCurves }>(),
    checkedAt: instant(),
    verifiedAt: instant(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
    deletedAt: instant(),
  },
  (t) => [
    uniqueIndex('sending_identities_from_key').on(t.organizationId, t.fromEmail).where(sql`${t.deletedAt} is null`),
    index('sending_identities_list_idx').on(t.organizationId, t.id),
    index('sending_identities_pending_idx')
      .on(t.checkedAt)
      .where(sql`${t.status} <> 'verified' and ${t.deletedAt} is null`),
  ],
);

/** An email as it is sent, made once: Liquid templates with the places of links and unsubscribe marked. Never changed. */
export const emailContents = pgTable(
  'email_contents',
  {
    id: id(),
    organizationId: uuid()
      .notNull()
      .references(() => organizations.id, { onDelete: 'cascade' }),
    language: text({ enum: ['tr', 'en'] }).notNull(),
    subject: text().notNull(),
    /** The second subject of an A/B test. */
    otherSubject: text(),
    preheader: text(),
    source: jsonb().$type<EmailSource>().notNull(),
    html: text().notNull(),
    plain: text().notNull(),
    /** Where its links lead, by their number. */
    links: text().array().notNull().default(sql`'{}'`),
    sizeBytes: integer().notNull(),
    createdAt: createdAt(),
  },
  (t) => [index('email_contents_organization_idx').on(t.organizationId, t.id)],
);

/** A campaign's recipients are sent by the batch: what a worker leases. */
export const emailBatches = pgTable(
  'email_batches',
  {
    campaignId: uuid()
      .notNull()
      .references(() => campaigns.id, { onDelete: 'cascade' }),
    batch: integer().notNull(),
    organizationId: uuid().notNull(),
    /** When it may be taken next: also when the lease of whoever has it runs out. Null: done. */
    dueAt: instant(),
    leasedBy: uuid(),
    leaseUntilAt: instant(),
    fence: integer().notNull().default(0),
  },
  (t) => [
    primaryKey({ columns: [t.campaignId, t.batch] }),
    index('email_batches_due_idx').on(t.campaignId, t.dueAt, t.batch).where(sql`${t.dueAt} is not null`),
    index('email_batches_lease_idx').on(t.leaseUntilAt).where(sql`${t.leasedBy} is not null`),
  ],
);

/** Two subjects on a share of the recipients; the winner goes to the rest. */
export const subjectTests = pgTable('subject_tests', {
  campaignId: uuid()
    .primaryKey()
    .references(() => campaigns.id, { onDelete: 'cascade' }),
  organizationId: uuid().notNull(),
  sharePercent: smallint().notNull(),
  winnerBy: text({ enum: ['opens', 'clicks', 'hand'] }).notNull(),
  afterMinutes: integer().notNull(),
  decideAt: instant(),
  /** 0 or 1. */
  winner: smallint(),
  decidedAt: instant(),
});

/** How fast a carrier takes mail, shared by all processes: a bucket that fills with time. */
export const carrierRates = pgTable('carrier_rates', {
  /** `ses:eu-central-1`, `smtp:host:port`, `sandbox`. */
  carrier: text().primaryKey(),
  ratePerSecond: doublePrecision().notNull(),
  /** Below 1 after the carrier said it was too fast. */
  factor: doublePrecision().notNull().default(1),
  tokens: doublePrecision().notNull().default(0),
  filledAt: instant().notNull(),
  /** Null: none known. */
  dailyQuota: integer(),
  sentInDay: integer().notNull().default(0),
  quotaReadAt: instant(),
  throttledAt: instant(),
  /** Closed until then: the carrier refuses everything. */
  closedUntilAt: instant(),
  closedReason: text(),
});

/** Mails of an identity on a day, for its warm-up. */
export const identityDays = pgTable(
  'identity_days',
  {
    identityId: uuid()
      .notNull()
      .references(() => sendingIdentities.id, { onDelete: 'cascade' }),
    organizationId: uuid().notNull(),
    day: date({ mode: 'string' }).notNull(),
    sentCount: integer().notNull().default(0),
  },
  (t) => [primaryKey({ columns: [t.identityId, t.day] })],
);

/** Opens and clicks, as they came: judged a while later, when it can be told what came around them. */
export const emailHits = pgTable(
  'email_hits',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    organizationId: uuid().notNull(),
    campaignId: uuid().notNull(),
    recipientId: uuid().notNull(),
    /** The link's number; null: the mail was opened; 0: one that people do not see; -1: the carrier told, and it is none of ours. */
    link: smallint(),
    /** Why it is taken for a machine's; null: a person's. */
    automated: text(),
    userAgent: text(),
    hitAt: instant().notNull(),
    judgedAt: instant(),
  },
  (t) => [
    index('email_hits_pending_idx').on(t.id).where(sql`${t.judgedAt} is null`),
    index('email_hits_campaign_idx').on(t.campaignId, t.hitAt),
    index('email_hits_recipient_idx').on(t.recipientId, t.hitAt),
  ],
);

/** What carriers report (SES by SNS, the sandbox mailbox), as it came, until a worker has applied it. */
export const carrierEvents = pgTable(
  'carrier_events',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    carrier: text({ enum: carrierKinds }).notNull(),
    /** The carrier's own id of the notice: the same one twice is one. */
    noticeId: text().notNull(),
    payload: jsonb().$type<Record<string, unknown>>().notNull(),
    receivedAt: createdAt(),
    appliedAt: instant(),
    failure: text(),
  },
  (t) => [
    uniqueIndex('carrier_events_notice_key').on(t.carrier, t.noticeId),
    index('carrier_events_pending_idx').on(t.id).where(sql`${t.appliedAt} is null`),
    index('carrier_events_applied_idx').on(t.appliedAt).where(sql`${t.appliedAt} is not null`),
  ],
);

/** The system's own mails. */
export const mails = pgTable(
  'mails',
  {
    id: id(),
    organizationId: uuid(),
    kind: text({ enum: mailKinds }).notNull(),
    language: text({ enum: ['tr', 'en'] }).notNull(),
    address: text().notNull(),
    /** What its template is filled with; links with secrets are sealed. */
    data: jsonb().$type<Record<string, unknown>>().notNull(),
    status: text({ enum: mailStatuses }).notNull().default('queued'),
    statusReason: text(),
    attempts: smallint().notNull().default(0),
    /** What it is about, where that is told once only. */
    onceKey: text(),
    dispatchedAt: instant(),
    sentAt: instant(),
    createdAt: createdAt(),
  },
  (t) => [
    uniqueIndex('mails_once_key').on(t.onceKey).where(sql`${t.onceKey} is not null`),
    index('mails_open_idx').on(t.id).where(sql`${t.status} in ('queued', 'sending')`),
    index('mails_created_at_idx').on(t.createdAt),
    index('mails_address_idx').on(t.organizationId, t.address),
  ],
);

/** What the sandbox's SMTP server took: nobody gets it. */
export const sandboxMails = pgTable(
  'sandbox_mails',
  {
    id: id(),
    sender: text().notNull(),
    recipients: text().array().notNull(),
    subject: text().notNull(),
    /** The whole message, base64. */
    raw: text().notNull(),
    sizeBytes: integer().notNull(),
    rejected: boolean().notNull().default(false),
    receivedAt: createdAt(),
  },
  (t) => [index('sandbox_mails_received_idx').on(t.receivedAt)],
);
