import { sql } from 'drizzle-orm';
import { bigint, check, index, integer, pgTable, smallint, text, unique, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { organizations, users } from './accounts.ts';
import { createdAt, id, instant, updatedAt } from './columns.ts';

export const transactionTypes = ['top-up', 'campaign', 'message', 'refund', 'adjustment', 'transfer'] as const;
export const holdStatuses = ['open', 'settled'] as const;

const credits = () => bigint({ mode: 'number' }).notNull().default(0);

/**
 * One per user. settled = sum of transactions; unsettled = captured by open holds; held = reserved by open holds.
 * Balance = settled − unsettled; available = balance − held, which the database keeps from falling below zero.
 */
export const creditAccounts = pgTable(
  'credit_accounts',
  {
    userId: uuid()
      .primaryKey()
      .references(() => users.id, { onDelete: 'restrict' }),
    organizationId: uuid()
      .notNull()
      .references(() => organizations.id, { onDelete: 'restrict' }),
    settledCredits: credits(),
    unsettledCredits: credits(),
    heldCredits: credits(),
    /** Does not change when what was held is spent. */
    availableCredits: bigint({ mode: 'number' })
      .notNull()
      .generatedAlwaysAs(sql`settled_credits - unsettled_credits - held_credits`),
    updatedAt: updatedAt(),
  },
  (t) => [
    index('credit_accounts_available_idx').on(t.availableCredits, t.userId),
    check('credit_accounts_available', sql`${t.settledCredits} - ${t.unsettledCredits} - ${t.heldCredits} >= 0`),
    check('credit_accounts_parts', sql`${t.unsettledCredits} >= 0 and ${t.heldCredits} >= 0`),
  ],
);

/** Credits reserved for one campaign (or one single message). remaining = held − captured − released. */
export const creditHolds = pgTable(
  'credit_holds',
  {
    id: id(),
    organizationId: uuid().notNull(),
    userId: uuid()
      .notNull()
      .references(() => creditAccounts.userId, { onDelete: 'restrict' }),
    campaignId: uuid(),
    messageId: uuid(),
    /** One hold for all the credits of one SMS. */
    smsId: uuid(),
    status: text({ enum: holdStatuses }).notNull().default('open'),
    heldCredits: credits(),
    capturedCredits: credits(),
    releasedCredits: credits(),
    /** Captured and already in a transaction. */
    settledCredits: credits(),
    createdAt: createdAt(),
    settledAt: instant(),
  },
  (t) => [
    uniqueIndex('credit_holds_campaign_key').on(t.campaignId),
    uniqueIndex('credit_holds_message_key').on(t.messageId),
    uniqueIndex('credit_holds_sms_key').on(t.smsId).where(sql`${t.smsId} is not null`),
    index('credit_holds_open_idx').on(t.userId).where(sql`${t.status} = 'open'`),
    check('credit_holds_bounds', sql`${t.capturedCredits} + ${t.releasedCredits} <= ${t.heldCredits}`),
    check('credit_holds_settled', sql`${t.settledCredits} <= ${t.capturedCredits}`),
    check(
      'credit_holds_parts',
      sql`${t.capturedCredits} >= 0 and ${t.releasedCredits} >= 0 and ${t.settledCredits} >= 0`,
    ),
  ],
);

/** The statement. Append-only: a trigger refuses update and delete. */
export const creditTransactions = pgTable(
  'credit_transactions',
  {
    id: id(),
    organizationId: uuid().notNull(),
    userId: uuid()
      .notNull()
      .references(() => creditAccounts.userId, { onDelete: 'restrict' }),
    type: text({ enum: transactionTypes }).notNull(),
    amountCredits: bigint({ mode: 'number' }).notNull(),
    balanceAfterCredits: bigint({ mode: 'number' }).notNull(),
    campaignId: uuid(),
    messageId: uuid(),
    smsId: uuid(),
    /** Of the two lines of one transfer: what leaves one account enters the other. */
    transferId: uuid(),
    /** Of a refund: the round of its message that was refused. */
    round: smallint().notNull().default(1),
    note: text(),
    createdBy: uuid(),
    /** 1, 2, 3 … within its account: the statement’s order. */
    sequence: integer().notNull(),
    createdAt: createdAt(),
  },
  (t) => [
    uniqueIndex('credit_transactions_sequence_key').on(t.userId, t.sequence),
    uniqueIndex('credit_transactions_campaign_key').on(t.campaignId).where(sql`${t.type} = 'campaign'`),
    uniqueIndex('credit_transactions_refund_key')
      .on(t.messageId, t.type, t.round)
      .where(sql`${t.messageId} is not null`),
    uniqueIndex('credit_transactions_sms_key').on(t.smsId, t.type).where(sql`${t.smsId} is not null`),
    uniqueIndex('credit_transactions_transfer_key').on(t.transferId, t.userId).where(sql`${t.transferId} is not null`),
    check('credit_transactions_transfer', sql`(${t.type} = 'transfer') = (${t.transferId} is not null)`),
    index('credit_transactions_type_idx').on(t.userId, t.type, t.sequence),
    // all that the platform's chart reads
    index('credit_transactions_platform_idx').on(t.createdAt, t.type, t.amountCredits),
    index('credit_transactions_organization_idx').on(t.organizationId, t.createdAt),
    index('credit_transactions_chart_idx').on(t.userId, t.createdAt),
    index('credit_transactions_refunds_idx').on(t.campaignId).where(sql`${t.type} = 'refund'`),
  ],
);

/** Each time that every account was proved: how many there were, and what did not add up. */
export const ledgerProofs = pgTable('ledger_proofs', {
  id: id(),
  provedAt: instant().notNull(),
  accounts: integer().notNull(),
  differences: integer().notNull(),
});

/**
 * What was held at a time, looked at every quarter of an hour and written down where it had changed: holds do not keep when they gave
 * what back. No user: on the whole platform.
 */
export const heldSamples = pgTable(
  'held_samples',
  {
    id: id(),
    organizationId: uuid(),
    userId: uuid(),
    sampledAt: instant().notNull(),
    heldCredits: bigint({ mode: 'number' }).notNull(),
  },
  (t) => [unique('held_samples_key').on(t.userId, t.sampledAt).nullsNotDistinct()],
);
