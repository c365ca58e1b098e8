import { z } from '@hono/zod-openapi';
import { Id } from '#src/platform/schemas.ts';
import { MAX_CREDITS } from './credit-amount.ts';
import { presentTransaction, TransactionOut } from './schemas.ts';
import type { Transfer } from './transfer-credits.ts';

const shared = {
  toUserId: Id.openapi({ description: 'A member of the organization' }),
  amount: z.int().min(1).max(MAX_CREDITS),
  note: z.string().trim().min(1).max(500).nullish().openapi({ description: 'In both statements' }),
};

export const TransferBody = z
  .strictObject({
    fromUserId: Id.optional().openapi({
      description: 'Whose credits; unset: one’s own. Also a member who has left and whose credits stayed.',
    }),
    ...shared,
  })
  .openapi('CreditTransferIn');

export const AdminTransferBody = z.strictObject({ fromUserId: Id, ...shared }).openapi('AdminCreditTransferIn');

export const TransferOut = z
  .object({
    id: Id,
    amount: z.int(),
    fromUserId: Id,
    toUserId: Id,
    note: z.string().nullable(),
    transactions: z.object({ from: TransactionOut, to: TransactionOut }),
  })
  .openapi('CreditTransfer');

export const presentTransfer = ({ id, from, to }: Transfer): z.input<typeof TransferOut> => ({
  id,
  amount: to.amountCredits,
  fromUserId: from.userId,
  toUserId: to.userId,
  note: to.note,
  transactions: { from: presentTransaction(from), to: presentTransaction(to) },
});
