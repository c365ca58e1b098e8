import { sql } from 'drizzle-orm';
import { boolean, check, index, integer, jsonb, pgTable, smallint, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { organizations, users } from './accounts.ts';
import { createdAt, id, instant, updatedAt } from './columns.ts';
import type { mediaKinds } from './files.ts';
import { instances } from './instances.ts';

export const campaignChannels = ['whatsapp', 'email'] as const;
export const campaignStatuses = ['pending', 'running', 'paused', 'completed', 'cancelled', 'failed'] as const;
export const recipientStatuses = [
  'queued',
  'sending',
  'sent',
  'delivered',
  'read',
  'failed',
  'skipped',
  'unknown',
] as const;

export const recallStatuses = ['running', 'completed'] as const;

export type Audience = {
  customerIds?: string[];
  groupIds?: string[];
  segmentIds?: string[];
  includeGraylisted?: boolean;
};
export type Exclusion = { reason: string; count: number };
/** One message on the wire, planned: `body` is a Liquid template (caption or text), null where there is none. */
export type PlannedMessage = {
  part: number;
  kind: (typeof mediaKinds)[number] | 'text';
  mediaId: string | null;
  body: string | null;
};

export const campaigns = pgTable(
  'campaigns',
  {
    id: id(),
    organizationId: uuid()
      .notNull()
      .references(() => organizations.id, { onDelete: 'cascade' }),
    userId: uuid()
      .notNull()
      .references(() => users.id, { onDelete: 'restrict' }),
    channel: text({ enum: campaignChannels }).notNull(),
    name: text().notNull(),
    status: text({ enum: campaignStatuses }).notNull().default('pending'),
    statusReason: text(),
    /** Of the request that made it. */
    requestId: text(),
    /** What a platform admin said when he last paused, resumed or cancelled it. */
    operatorNote: text(),
    /** Paused by a platform admin, and only he resumes it. */
    operatorHold: boolean().notNull().default(false),
    instanceId: uuid().references(() => instances.id, { onDelete: 'restrict' }),
    text: text(),
    /** Two to five texts, one of which each recipient gets; null: there is one text. */
    variants: text().array(),
    mediaIds: uuid().array().notNull().default(sql`'{}'`),
    plan: jsonb().$type<PlannedMessage[]>().notNull(),
    messagesPerRecipient: smallint().notNull(),
    audience: jsonb().$type<Audience>().notNull(),
    excluded: jsonb().$type<Exclusion[]>().notNull().default([]),
    delayMinSeconds: integer(),
    delayMaxSeconds: integer(),
    startAt: instant().notNull(),
    /** While pending: when it starts next (its start, or the next opening of the window). */
    nextRunAt: instant(),
    /** Nobody is written to from here on. */
    validUntilAt: instant(),
    /** Email: from whom, and the content now in force. */
    identityId: uuid(),
    emailContentId: uuid(),
    trackOpens: boolean().notNull().default(false),
    trackClicks: boolean().notNull().default(false),
    /** What had bounced and been complained of when it was paused for that. */
    reputationMark: jsonb().$type<{ mails: number; bounced: number; complained: number }>(),
    /** Where its content is from; the template may be gone since. */
    templateId: uuid(),
    templateVersion: integer(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
    startedAt: instant(),
    endedAt: instant(),
    settledAt: instant(),
  },
  (t) => [
    index('campaigns_user_status_idx').on(t.userId, t.status, t.id),
    index('campaigns_list_idx').on(t.organizationId, t.id),
    index('campaigns_started_idx').on(t.organizationId, t.startedAt).where(sql`${t.startedAt} is not null`),
    index('campaigns_emailing_idx').on(t.id).where(sql`${t.channel} = 'email' and ${t.status} = 'running'`),
    index('campaigns_due_idx').on(t.nextRunAt).where(sql`${t.status} = 'pending'`),
    index('campaigns_lane_idx')
      .on(t.instanceId, t.startAt, t.id)
      .where(sql`${t.status} in ('pending', 'running', 'paused')`),
    index('campaigns_valid_until_idx')
      .on(t.validUntilAt)
      .where(sql`${t.validUntilAt} is not null and ${t.status} in ('pending', 'running', 'paused')`),
    index('campaigns_unsettled_idx').on(t.endedAt).where(sql`${t.endedAt} is not null and ${t.settledAt} is null`),
    // the lists of all organizations
    index('campaigns_created_idx').on(t.createdAt, t.id),
    index('campaigns_status_idx').on(t.status, t.createdAt, t.id),
    index('campaigns_user_idx').on(t.userId, t.createdAt, t.id),
    index('campaigns_organization_idx').on(t.organizationId, t.createdAt, t.id),
    index('campaigns_name_idx').using('gin', sql`fold_text(${t.name}) gin_trgm_ops`),
  ],
);

/** How many recipients are in which status: kept by a statement trigger on campaign_recipients, so it is exact. */
export const campaignProgress = pgTable(
  'campaign_progress',
  {
    campaignId: uuid()
      .primaryKey()
      .references(() => campaigns.id, { onDelete: 'cascade' }),
    organizationId: uuid().notNull(),
    queuedCount: integer().notNull().default(0),
    sendingCount: integer().notNull().default(0),
    sentCount: integer().notNull().default(0),
    deliveredCount: integer().notNull().default(0),
    readCount: integer().notNull().default(0),
    failedCount: integer().notNull().default(0),
    skippedCount: integer().notNull().default(0),
    unknownCount: integer().notNull().default(0),
  },
  (t) => [
    // of columns that seldom change: the others are written with every message
    index('campaign_progress_errors_idx')
      .on(sql`(${t.failedCount} + ${t.unknownCount})`, t.campaignId)
      .where(sql`${t.failedCount} + ${t.unknownCount} > 0`),
  ],
);

/**
 * One customer frozen into a campaign. That both exist is seen to by triggers, a statement at a time: foreign keys look row by row,
 * which took a third of the time to make a campaign.
 */
export const campaignRecipients = pgTable(
  'campaign_recipients',
  {
    id: id(),
    organizationId: uuid().notNull(),
    campaignId: uuid().notNull(),
    customerId: uuid().notNull(),
    /** Order of sending. */
    position: integer().notNull(),
    name: text().notNull(),
    /** E.164 phone or email address, as it was when the campaign was made. */
    address: text().notNull(),
    /** The values its texts are filled with, frozen. */
    variables: jsonb().$type<Record<string, string>>().notNull().default({}),
    status: text({ enum: recipientStatuses }).notNull().default('queued'),
    statusReason: text(),
    /** The part to send next; messages_per_recipient + 1 when all are out. */
    nextPart: smallint().notNull().default(1),
    spentCredits: smallint().notNull().default(0),
    /** Drawn from campaign and customer, 0 to 59: by its remainder, which of up to five variants. */
    bucket: smallint().notNull().default(0),
    /** Never written with before the campaign was made. */
    cold: boolean().notNull().default(true),
    updatedAt: updatedAt(),
    /** The first answer that came to one of its messages, by the sender's clock. */
    repliedAt: instant(),
    /** Email from here on. Null: a recipient of a WhatsApp campaign. */
    batch: integer(),
    /** The consent by which it is written to. */
    consentId: uuid(),
    /** One more each time that it is about to leave: what belongs to an earlier one is too late. */
    attempt: smallint().notNull().default(0),
    /** Refusals of this recipient that may pass. */
    refusals: smallint().notNull().default(0),
    /** Not before, after a refusal that may pass. */
    nextAttemptAt: instant(),
    /** The intent: from here on a crash makes it unknown. */
    dispatchedAt: instant(),
    providerMessageId: text(),
    errorCode: text(),
    sentAt: instant(),
    deliveredAt: instant(),
    openedAt: instant(),
    clickedAt: instant(),
    bouncedAt: instant(),
    complainedAt: instant(),
    unsubscribedAt: instant(),
  },
  (t) => [
    uniqueIndex('campaign_recipients_customer_key').on(t.campaignId, t.customerId),
    index('campaign_recipients_claim_idx')
      .on(t.campaignId, t.position)
      .where(sql`${t.status} in ('queued', 'sending')`),
    index('campaign_recipients_warm_idx')
      .on(t.campaignId, t.position)
      .where(sql`${t.status} in ('queued', 'sending') and (not ${t.cold} or ${t.nextPart} > 1)`),
    index('campaign_recipients_list_idx').on(t.campaignId, t.position),
    index('campaign_recipients_status_idx').on(t.campaignId, t.status, t.position),
    index('campaign_recipients_by_customer_idx').on(t.customerId, t.id),
    index('campaign_recipients_replied_idx').on(t.campaignId, t.position).where(sql`${t.repliedAt} is not null`),
    uniqueIndex('campaign_recipients_address_key').on(t.campaignId, t.address).where(sql`${t.batch} is not null`),
    index('campaign_recipients_batch_idx').on(t.campaignId, t.batch, t.position).where(sql`${t.batch} is not null`),
    index('campaign_recipients_rate_idx')
      .on(t.campaignId, t.dispatchedAt)
      .where(sql`${t.batch} is not null and ${t.dispatchedAt} is not null`),
    index('campaign_recipients_complained_idx').on(t.campaignId).where(sql`${t.complainedAt} is not null`),
    index('campaign_recipients_failed_idx').on(t.customerId, t.updatedAt, t.id).where(sql`${t.status} = 'failed'`),
    index('campaign_recipients_mailed_idx')
      .on(t.customerId, t.sentAt, t.id)
      .where(sql`${t.batch} is not null and ${t.sentAt} is not null`),
    index('campaign_recipients_opened_idx').on(t.customerId, t.openedAt, t.id).where(sql`${t.openedAt} is not null`),
    index('campaign_recipients_clicked_idx').on(t.customerId, t.clickedAt, t.id).where(sql`${t.clickedAt} is not null`),
    index('campaign_recipients_bounced_idx').on(t.customerId, t.bouncedAt, t.id).where(sql`${t.bouncedAt} is not null`),
    index('campaign_recipients_complaints_idx')
      .on(t.customerId, t.complainedAt, t.id)
      .where(sql`${t.complainedAt} is not null`),
    index('campaign_recipients_unsubscribed_idx')
      .on(t.customerId, t.unsubscribedAt, t.id)
      .where(sql`${t.unsubscribedAt} is not null`),
    check('campaign_recipients_spent', sql`${t.spentCredits} >= 0`),
  ],
);

/** The taking back of what a campaign has just sent, one message after the other. */
export const campaignRecalls = pgTable(
  'campaign_recalls',
  {
    id: id(),
    organizationId: uuid()
      .notNull()
      .references(() => organizations.id, { onDelete: 'cascade' }),
    userId: uuid().notNull(),
    campaignId: uuid()
      .notNull()
      .references(() => campaigns.id, { onDelete: 'cascade' }),
    instanceId: uuid().notNull(),
    status: text({ enum: recallStatuses }).notNull().default('running'),
    /** What was sent after this instant is taken back. */
    sentAfterAt: instant().notNull(),
    /** The message it has come to; null: none yet. */
    reachedAt: instant(),
    reachedId: uuid(),
    totalCount: integer().notNull().default(0),
    recalledCount: integer().notNull().default(0),
    failedCount: integer().notNull().default(0),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
    endedAt: instant(),
  },
  (t) => [
    uniqueIndex('campaign_recalls_running_key').on(t.campaignId).where(sql`${t.status} = 'running'`),
    index('campaign_recalls_list_idx').on(t.campaignId, t.id),
  ],
);
