import { sql } from 'drizzle-orm';
import {
  bigint,
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
import { createdAt, id, instant, updatedAt } from '../columns.ts';
import { organizations } from './accounts.ts';

/** `sending`: claimed, and when `dispatched_at` is set perhaps on the wire. `unknown`: on the wire, outcome not known. */
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
] as const;
export const messageKinds = ['text', 'image', 'video', 'audio', 'voice', 'document'] as const;

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
    /** The id we ask Evolution to use: 3EB0 and 18 hex digits. */
    wantedProviderId: text(),
    /** WhatsApp's message id, known once accepted. */
    providerMessageId: text(),
    claimedAt: instant(),
    dispatchedAt: instant(),
    /** Accepted by Evolution. */
    sentAt: instant(),
    /** First word of WhatsApp about it. */
    ackedAt: instant(),
    deliveredAt: instant(),
    readAt: instant(),
    failedAt: instant(),
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
    index('messages_unknown_idx').on(t.dispatchedAt).where(sql`${t.status} = 'unknown'`),
    index('messages_sending_idx').on(t.claimedAt).where(sql`${t.status} = 'sending'`),
    index('messages_open_idx')
      .on(t.campaignId)
      .where(sql`${t.campaignId} is not null and ${t.status} in ('queued', 'sending', 'unknown')`),
    index('messages_customer_idx').on(t.customerId, t.id),
    index('messages_sent_idx').on(t.instanceId, t.sentAt),
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
