import { sql } from 'drizzle-orm';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { requireOwner } from '#src/accounts/require-owner.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { newId } from '#src/platform/ids.ts';
import { invalid, notFound, Problem } from '#src/platform/problem.ts';
import { appendTransaction, type Transaction } from './append-transaction.ts';
import { requireCredits } from './credit-amount.ts';
import { fullAccount } from './full-account.ts';
import { insufficientCredits } from './insufficient-credits.ts';
import { publishCreditsChanged } from './publish-credits-changed.ts';
import { warnOfLowCredits } from './warn-of-low-credits.ts';

export type TransferInput = {
  fromUserId: string;
  toUserId: string;
  amount: number;
  note?: string | null | undefined;
  /** Within which organization; unset, for platform admins: the one that both belong to. */
  organizationId?: string;
};
export type Transfer = { id: string; from: Transaction; to: Transaction };

/**
 * Moves credits from one account of an organization to a member of it: two lines of one transfer, or, where the giver has not that many to
 * spare (402; what is held stays), none. Both accounts are locked in the order of their ids, so that two opposite transfers wait for each
 * other and never both. For the owner, also from the account of a member who has left; and for platform admins.
 */
export async function transferCredits(ctx: OrgContext, input: TransferInput): Promise<Transfer> {
  const { fromUserId, toUserId, amount } = input;
  if (input.organizationId === undefined ? !ctx.isAdmin : input.organizationId !== ctx.organizationId)
    throw new Problem('forbidden');
  if (input.organizationId !== undefined) requireOwner(ctx);
  requireCredits(amount, 'amount');
  if (fromUserId === toUserId)
    throw invalid('toUserId', { en: 'Another user than the giver', tr: 'Gönderenden başka bir kullanıcı olmalı' });
  return inTransaction(ctx, async (ctx) => {
    const organizationId = await lockBoth(ctx, input);
    const id = newId();
    const line = { type: 'transfer', transferId: id, note: input.note ?? null, createdBy: ctx.userId } as const;
    const from = await appendTransaction(ctx, { ...line, userId: fromUserId, amount: -amount });
    if (!from) throw await insufficientCredits(ctx, fromUserId, amount);
    const to = await appendTransaction(ctx, { ...line, userId: toUserId, amount });
    if (!to) throw fullAccount();
    const theirs = { ...ctx, organizationId };
    const details = { transferId: id, amount, fromUserId, toUserId };
    await recordActivity(theirs, { verb: 'credits.transfer', subjectType: 'user', subjectId: toUserId, details });
    for (const userId of [fromUserId, toUserId]) await publishCreditsChanged(theirs, userId);
    await warnOfLowCredits(ctx, fromUserId, amount);
    return { id, from, to };
  });
}

/** Answers whose accounts they are. Throws `not-found` for users of other organizations, and `conflict` for two of two. */
async function lockBoth(ctx: OrgContext, { fromUserId, toUserId, organizationId }: TransferInput): Promise<string> {
  const accounts = await ctx.db.execute<{ user_id: string; organization_id: string; is_member: boolean }>(sql`
    select a.user_id, a.organization_id, exists (
      select from members m where m.user_id = a.user_id and m.organization_id = a.organization_id) as is_member
    from credit_accounts a where a.user_id = any(${sql.param([fromUserId, toUserId])}::uuid[])
    order by a.user_id for no key update of a`);
  const [from, to] = [fromUserId, toUserId].map((id) => accounts.find(({ user_id }) => user_id === id));
  if (!from || !to?.is_member) throw notFound();
  if (organizationId !== undefined && [from, to].some((account) => account.organization_id !== organizationId))
    throw notFound();
  if (from.organization_id !== to.organization_id)
    throw new Problem('conflict', {
      detail: { en: 'They belong to different organizations', tr: 'Kullanıcılar farklı firmalara bağlı' },
    });
  return from.organization_id;
}
