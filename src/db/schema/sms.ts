import { sql } from 'drizzle-orm';
import { boolean, index, integer, pgTable, smallint, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { organizations } from './accounts.ts';
import { createdAt, id, instant, updatedAt } from './columns.ts';

/** `skipped`: never sent, for a reason that is told. `unknown`: perhaps on the wire, outcome not known. */
export const smsStatuses = [
  'queued',
  'sending',
  'sent',
  'delivered',
  'failed',
  'unknown',
  'skipped',
  'cancelled',
] as const;
/** What it is for; `message`: written by hand. */
export const smsPurposes = ['message', 'reminder', 'approval', 'notice'] as const;
/** `gsm7`: the basic alphabet; `gsm7-turkish`: with the Turkish tables; `ucs2`: everything else. */
export const smsEncodings = ['gsm7', 'gsm7-turkish', 'ucs2'] as const;
export const smsCarrierKinds = ['sandbox', 'netgsm', 'aws'] as const;
export const smsReportStatuses = ['delivered', 'failed'] as const;

/** One SMS to one phone, with its own delivery status. */
export const smsMessages = pgTable(
  'sms_messages',
  {
    id: id(),
    organizationId: uuid()
      .notNull()
      .references(() => organizations.id, { onDelete: 'cascade' }),
    /** Who pays for it. */
    userId: uuid().notNull(),
    customerId: uuid(),
    /** E.164; empty once it is erased. */
    phone: text().notNull(),
    /** Empty once it is erased. */
    body: text().notNull(),
    purpose: text({ enum: smsPurposes }).notNull(),
    /** What it is about, such as `appointment` and its id. */
    referenceType: text(),
    referenceId: uuid(),
    encoding: text({ enum: smsEncodings }).notNull(),
    segments: smallint().notNull(),
    /** All of it, at the price of the moment when it was queued. */
    costCredits: integer().notNull().default(0),
    status: text({ enum: smsStatuses }).notNull().default('queued'),
    statusReason: text(),
    carrier: text({ enum: smsCarrierKinds }),
    providerMessageId: text(),
    /** How often it was given to a carrier; whoever records an outcome names his. */
    attempt: smallint().notNull().default(0),
    /** When it may be tried next, while it is queued. */
    dueAt: instant().notNull(),
    /** What has not left by then is skipped. */
    notAfterAt: instant().notNull(),
    /** When whoever is sending it counts as lost. */
    leaseUntilAt: instant(),
    dispatchedAt: instant(),
    sentAt: instant(),
    deliveredAt: instant(),
    failedAt: instant(),
    /** When the carrier is asked next what became of it. Null: not any more. */
    reconcileAt: instant(),
    reconcileTries: smallint().notNull().default(0),
    capturedAt: instant(),
    refundedAt: instant(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (t) => [
    uniqueIndex('sms_messages_provider_key')
      .on(t.carrier, t.providerMessageId)
      .where(sql`${t.providerMessageId} is not null`),
    index('sms_messages_list_idx').on(t.organizationId, t.id),
    index('sms_messages_user_idx').on(t.organizationId, t.userId, t.id),
    index('sms_messages_status_idx').on(t.organizationId, t.status, t.id),
    index('sms_messages_purpose_idx').on(t.organizationId, t.purpose, t.id),
    index('sms_messages_phone_idx').on(t.organizationId, t.phone, t.id),
    index('sms_messages_customer_idx').on(t.customerId, t.id).where(sql`${t.customerId} is not null`),
    index('sms_messages_timeline_idx').on(t.customerId, t.createdAt, t.id).where(sql`${t.customerId} is not null`),
    index('sms_messages_sent_idx').on(t.organizationId, t.sentAt).where(sql`${t.sentAt} is not null`),
    index('sms_messages_reference_idx').on(t.referenceId, t.id).where(sql`${t.referenceId} is not null`),
    index('sms_messages_due_idx').on(t.dueAt).where(sql`${t.status} = 'queued'`),
    index('sms_messages_sending_idx').on(t.leaseUntilAt).where(sql`${t.status} = 'sending'`),
    index('sms_messages_unknown_idx').on(t.dispatchedAt).where(sql`${t.status} = 'unknown'`),
    index('sms_messages_on_wire_idx').on(t.phone).where(sql`${t.status} in ('sending', 'unknown')`),
    index('sms_messages_reconcile_idx').on(t.reconcileAt).where(sql`${t.reconcileAt} is not null`),
  ],
);

/** What carriers said of messages that are not known to be theirs yet: asked again when one learns its provider's id. */
export const smsReports = pgTable(
  'sms_reports',
  {
    id: id(),
    carrier: text({ enum: smsCarrierKinds }).notNull(),
    providerMessageId: text().notNull(),
    status: text({ enum: smsReportStatuses }).notNull(),
    reason: text(),
    at: instant().notNull(),
    createdAt: createdAt(),
  },
  (t) => [
    uniqueIndex('sms_reports_key').on(t.carrier, t.providerMessageId, t.status),
    index('sms_reports_created_at_idx').on(t.createdAt),
  ],
);

/** What the sandbox's carrier took: no phone gets it. */
export const sandboxSms = pgTable(
  'sandbox_sms',
  {
    id: id(),
    sender: text().notNull(),
    phone: text().notNull(),
    body: text().notNull(),
    encoding: text({ enum: smsEncodings }).notNull(),
    segments: smallint().notNull(),
    /** What its phone makes of it: see the table of sandbox numbers. */
    fate: text({ enum: ['delivered', 'failed', 'silent'] }).notNull(),
    /** The answer to whoever sent it got lost. */
    answerLost: boolean().notNull().default(false),
    receivedAt: createdAt(),
  },
  (t) => [index('sandbox_sms_received_idx').on(t.receivedAt)],
);
