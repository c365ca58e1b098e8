import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
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
import { createdAt, id, instant, updatedAt } from './columns.ts';

/** `received`: from somebody else. `sending`: claimed, and when `dispatched_at` is set perhaps on the wire. `unknown`: on the wire, outcome not known. */
export const messageStatuses = [
  'queued',
  'sending',
  'sent',
  'delivered',
  'read',
  'played',
  'failed',
  'unknown',
  'cancelled',
  'received',
] as const;
/** What a single message is for: `opt-out-reply` is free and goes out although its address is blacklisted. */
export const messagePurposes = ['opt-out-reply'] as const;
export const messageKinds = [
  'text',
  'image',
  'video',
  'audio',
  'voice',
  'document',
  'sticker',
  'location',
  'contact',
  'reaction',
  'poll',
  'unsupported',
] as const;
/** Of a file that came in: asked of Evolution by a job; `refused`: too large, or not what it says. */
export const attachmentStatuses = ['pending', 'stored', 'refused', 'lost'] as const;

/** One message on the wire. A campaign's message is one (recipient, part), and there is never a second row for it. */
export const messages = pgTable(
  'messages',
  {
    id: id(),
    organizationId: uuid()
      .notNull()
      .references(() => organizations.id, { onDelete: 'cascade' }),
    userId: uuid().notNull(),
    direction: text({ enum: ['out', 'in'] })
      .notNull()
      .default('out'),
    instanceId: uuid(),
    campaignId: uuid(),
    recipientId: uuid(),
    customerId: uuid(),
    part: smallint().notNull().default(1),
    /** Null for campaigns' messages. */
    purpose: text({ enum: messagePurposes }),
    /** Of a single message: of the request that asked for it. */
    requestId: text(),
    /** WhatsApp's id of the message that this one quotes, answers or reacts to. */
    inReplyTo: text(),
    /** Null for campaigns' messages: those are found by their customer. */
    conversationId: uuid(),
    /** When it was said: WhatsApp's time of one that came in, the time of writing of one of ours. Set with `conversationId`. */
    saidAt: instant(),
    /** Ours, but typed by the owner on the phone. */
    typedOnPhone: boolean().notNull().default(false),
    /** What has no column: of a location, a contact, a reaction, a button, a file. */
    content: jsonb().$type<Record<string, unknown>>(),
    attachmentStatus: text({ enum: attachmentStatuses }),
    editedAt: instant(),
    /** Deleted for everyone. */
    recalledAt: instant(),
    /** The campaign and recipient that a message that came in answers. */
    answersCampaignId: uuid(),
    answersRecipientId: uuid(),
    /** Of a single message: what has not left by then is not sent any more. */
    waitsUntilAt: instant(),
    kind: text({ enum: messageKinds }).notNull(),
    /** E.164. */
    address: text().notNull(),
    body: text(),
    mediaId: uuid(),
    status: text({ enum: messageStatuses }).notNull().default('queued'),
    statusReason: text(),
    /** The lane's fence when it was claimed. */
    fence: integer().notNull().default(0),
    attempt: smallint().notNull().default(0),
    /** 1, and one more each time that it is sent again after WhatsApp had refused it: every round asks for an id of its own. */
    round: smallint().notNull().default(1),
    /** The id we ask Evolution to use: 3EB0 and 18 hex digits. */
    wantedProviderId: text(),
    /** WhatsApp's message id, known once accepted. */
    providerMessageId: text(),
    claimedAt: instant(),
    /** The first ever to its customer. */
    cold: boolean().notNull().default(false),
    dispatchedAt: instant(),
    /** Accepted by Evolution. */
    sentAt: instant(),
    /** First word of WhatsApp about it. */
    ackedAt: instant(),
    deliveredAt: instant(),
    readAt: instant(),
    failedAt: instant(),
    /** When Evolution is asked next what became of it: unknown, or sent and never acknowledged. Null: not any more. */
    reconcileAt: instant(),
    reconcileTries: smallint().notNull().default(0),
    capturedAt: instant(),
    refundedAt: instant(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (t) => [
    uniqueIndex('messages_part_key').on(t.recipientId, t.part).where(sql`${t.recipientId} is not null`),
    uniqueIndex('messages_provider_key')
      .on(t.instanceId, t.providerMessageId)
      .where(sql`${t.providerMessageId} is not null`),
    index('messages_reconcile_idx').on(t.reconcileAt).where(sql`${t.reconcileAt} is not null`),
    index('messages_sending_idx').on(t.claimedAt).where(sql`${t.status} = 'sending'`),
    index('messages_open_idx')
      .on(t.campaignId)
      .where(sql`${t.campaignId} is not null and ${t.status} in ('queued', 'sending', 'unknown')`),
    index('messages_single_idx')
      .on(t.instanceId, t.id)
      .where(sql`${t.campaignId} is null and ${t.direction} = 'out' and ${t.status} = 'queued'`),
    uniqueIndex('messages_answer_key').on(t.instanceId, t.inReplyTo, t.purpose).where(sql`${t.purpose} is not null`),
    index('messages_customer_idx').on(t.customerId, t.id),
    index('messages_conversation_idx').on(t.conversationId, t.saidAt, t.id).where(sql`${t.conversationId} is not null`),
    index('messages_reactions_idx')
      .on(t.conversationId, t.inReplyTo)
      .where(sql`${t.conversationId} is not null and ${t.kind} = 'reaction'`),
    index('messages_lost_single_idx')
      .on(t.dispatchedAt)
      .where(sql`${t.campaignId} is null and ${t.direction} = 'out' and ${t.status} = 'unknown'`),
    index('messages_campaign_customer_idx')
      .on(t.customerId, t.sentAt)
      .where(sql`${t.campaignId} is not null and ${t.sentAt} is not null`),
    index('messages_said_idx').on(t.organizationId, t.saidAt).where(sql`${t.saidAt} is not null`),
    index('messages_sent_idx').on(t.organizationId, t.sentAt).where(sql`${t.sentAt} is not null`),
    index('messages_answers_idx').on(t.answersCampaignId).where(sql`${t.answersCampaignId} is not null`),
    index('messages_attachment_idx').on(t.id).where(sql`${t.attachmentStatus} = 'pending'`),
    index('messages_dispatched_idx').on(t.instanceId, t.dispatchedAt).where(sql`${t.dispatchedAt} is not null`),
    index('messages_cold_idx').on(t.instanceId, t.dispatchedAt).where(sql`${t.cold} and ${t.dispatchedAt} is not null`),
  ],
);

/** Webhooks as Evolution sent them (its token left out), until a worker has applied them. */
export const inboundEvents = pgTable(
  'inbound_events',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    instanceId: uuid().notNull(),
    organizationId: uuid().notNull(),
    event: text().notNull(),
    payload: jsonb().$type<Record<string, unknown>>().notNull(),
    receivedAt: createdAt(),
    appliedAt: instant(),
    failure: text(),
  },
  (t) => [
    index('inbound_events_pending_idx').on(t.id).where(sql`${t.appliedAt} is null`),
    index('inbound_events_applied_idx').on(t.appliedAt).where(sql`${t.appliedAt} is not null`),
  ],
);

/** Messages that Evolution took and WhatsApp refused, and that a person had sent again: their ids are nobody else's. */
export const refusedAttempts = pgTable(
  'refused_attempts',
  {
    instanceId: uuid().notNull(),
    providerMessageId: text().notNull(),
    messageId: uuid()
      .notNull()
      .references(() => messages.id, { onDelete: 'cascade' }),
    round: smallint().notNull(),
    createdAt: createdAt(),
  },
  (t) => [
    primaryKey({ columns: [t.instanceId, t.providerMessageId] }),
    index('refused_attempts_message_idx').on(t.messageId),
  ],
);

/** Messages that Evolution says it sent and that we cannot place yet: what an unknown message is looked for in. */
export const sentSightings = pgTable(
  'sent_sightings',
  {
    instanceId: uuid().notNull(),
    providerMessageId: text().notNull(),
    remoteJid: text().notNull(),
    messageType: text().notNull(),
    body: text(),
    sentAt: instant().notNull(),
    createdAt: createdAt(),
  },
  (t) => [
    primaryKey({ columns: [t.instanceId, t.providerMessageId] }),
    index('sent_sightings_created_at_idx').on(t.createdAt),
  ],
);

/** Acks that came before their message was known to us. Matched again whenever a message learns its provider id. */
export const earlyAcks = pgTable(
  'early_acks',
  {
    instanceId: uuid().notNull(),
    providerMessageId: text().notNull(),
    status: text().notNull(),
    at: instant().notNull(),
    createdAt: createdAt(),
  },
  (t) => [
    primaryKey({ columns: [t.instanceId, t.providerMessageId, t.status] }),
    index('early_acks_created_at_idx').on(t.createdAt),
  ],
);

/** Which numbers are on WhatsApp, as Evolution last said: a fact about the number, the same for every organization. */
export const numberChecks = pgTable(
  'number_checks',
  {
    /** E.164. */
    phone: text().primaryKey(),
    onWhatsapp: boolean().notNull(),
    jid: text(),
    checkedAt: instant().notNull(),
  },
  (t) => [index('number_checks_checked_at_idx').on(t.checkedAt)],
);
