import { z } from '@hono/zod-openapi';
import { transactionTypes } from '#src/db/schema/credits.ts';
import { bothLanguages } from '#src/platform/read-request.ts';
import { InstantIn, InstantOut, pageOf, toInstant } from '#src/platform/schemas.ts';
import type { Transaction } from './append-transaction.ts';
import type { LedgerCheck } from './check-ledger.ts';
import { MAX_CREDITS } from './credit-amount.ts';
import type { ChartPoint } from './read-chart.ts';

export const CreditsOut = z
  .object({
    currentCredit: z.int().openapi({ description: 'What is left, what campaigns hold included' }),
    heldCredit: z
      .int()
      .openapi({ description: 'Reserved for campaigns that have not ended, and for messages not sent yet' }),
    availableCredit: z.int().openapi({ description: 'What can be spent or reserved now' }),
    totalSpend: z.int().openapi({ description: 'Spent in all, refunds taken off' }),
    averageMonthly: z.int().openapi({
      description:
        'totalSpend over the calendar months, in the user’s zone, since the first transaction (both ends counted), rounded to the nearest credit',
    }),
  })
  .openapi('Credits');

export const TransactionOut = z
  .object({
    id: z.uuid(),
    type: z.enum(transactionTypes),
    amount: z.int().openapi({ description: 'Below zero: spent or taken off' }),
    balanceAfter: z.int(),
    campaignId: z.uuid().nullable(),
    messageId: z.uuid().nullable().openapi({ description: 'The single message that was paid for, or given back' }),
    smsId: z.uuid().nullable().openapi({ description: 'The SMS that was paid for, or given back' }),
    transferId: z.uuid().nullable().openapi({ description: 'Of the two lines of one transfer between members' }),
    note: z.string().nullable(),
    createdAt: InstantOut,
  })
  .openapi('CreditTransaction');

export const TransactionPage = pageOf(TransactionOut).openapi('CreditTransactionPage');

export const presentTransaction = (row: Transaction): z.input<typeof TransactionOut> => ({
  id: row.id,
  type: row.type,
  amount: row.amountCredits,
  balanceAfter: row.balanceAfterCredits,
  campaignId: row.campaignId,
  messageId: row.messageId,
  smsId: row.smsId,
  transferId: row.transferId,
  note: row.note,
  createdAt: toInstant(row.createdAt),
});

const ChartInstant = InstantIn.transform((text) => new Date(text)).refine(
  (at) => at.getUTCFullYear() >= 2000 && at.getUTCFullYear() < 2200,
  bothLanguages({ en: 'A time between the years 2000 and 2200', tr: '2000 ile 2200 yılları arasında bir zaman' }),
);

export const ChartQuery = z.strictObject({
  from: ChartInstant.optional(),
  to: ChartInstant.optional(),
  bucket: z.enum(['day', 'month']).default('day'),
});

export const ChartOut = z
  .array(
    z.object({
      at: InstantOut.openapi({ description: 'When the local day or month begins' }),
      toppedUp: z.int(),
      spent: z.int(),
      transferred: z.int().openapi({ description: 'Got from members less given to members' }),
    }),
  )
  .openapi('CreditChart');

export const presentChart = (points: ChartPoint[]): z.input<typeof ChartOut> =>
  points.map(({ at, ...sums }) => ({ at: toInstant(at), ...sums }));

export const LedgerQuery = z.strictObject({
  userId: z.uuid().optional().openapi({ description: 'Only this user’s account' }),
});

export const LedgerOut = z
  .object({
    checkedAt: InstantOut,
    accounts: z.int(),
    differences: z.array(
      z.object({
        userId: z.uuid(),
        campaignId: z.uuid().nullable(),
        messageId: z.uuid().nullable(),
        smsId: z.uuid().nullable(),
        about: z.string().openapi({ example: 'account.held = remaining in open holds' }),
        expected: z.number(),
        found: z.number(),
      }),
    ),
  })
  .openapi('LedgerProof', { description: 'A ledger in order has no differences' });

export const presentLedger = ({ checkedAt, ...rest }: LedgerCheck): z.input<typeof LedgerOut> => ({
  checkedAt: toInstant(checkedAt),
  ...rest,
});

export const TopUpBody = z
  .strictObject({
    amount: z
      .int()
      .min(-MAX_CREDITS)
      .max(MAX_CREDITS)
      .refine((amount) => amount !== 0, bothLanguages({ en: 'Not zero', tr: 'Sıfır olamaz' }))
      .openapi({ description: 'Above zero tops up, below zero corrects' }),
    note: z.string().trim().min(1).max(500),
  })
  .openapi('CreditTopUp');
