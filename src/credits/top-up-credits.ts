import { asc, eq, sql } from 'drizzle-orm';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { members } from '#src/db/schema/accounts.ts';
import { invalid, notFound, Problem } from '#src/platform/problem.ts';
import { appendTransaction, type Transaction } from './append-transaction.ts';
import { MAX_CREDITS, requireCredits } from './credit-amount.ts';
import { fullAccount } from './full-account.ts';
import { publishCreditsChanged } from './publish-credits-changed.ts';
import { readBalance } from './queries.ts';
import { warnOfLowCredits } from './warn-of-low-credits.ts';

/**
 * A platform admin puts credits on a user's account, or takes some off (`amount` below zero). What campaigns hold cannot be
 * taken: 409 with `available`. The activity and the live event belong to the user's organization.
 */
export async function topUpCredits(
  ctx: OrgContext,
  input: { userId: string; amount: number; note: string },
): Promise<Transaction> {
  if (!ctx.isAdmin) throw new Problem('forbidden');
  requireCredits(input.amount, 'amount', -MAX_CREDITS);
  if (input.amount === 0) throw invalid('amount', { en: 'Not zero', tr: 'Sıfır olamaz' });
  return inTransaction(ctx, async (ctx) => {
    const organizationId = await lockAccount(ctx, input.userId);
    const type = input.amount > 0 ? 'top-up' : 'adjustment';
    const line = await appendTransaction(ctx, { ...input, type, createdBy: ctx.userId });
    if (!line) throw await refusal(ctx, input);
    const theirs = { ...ctx, organizationId };
    await recordActivity(theirs, {
      verb: input.amount > 0 ? 'credits.top-up' : 'credits.adjust',
      subjectType: 'user',
      subjectId: input.userId,
      details: { amount: input.amount, transactionId: line.id },
    });
    await publishCreditsChanged(theirs, input.userId);
    if (input.amount < 0) await warnOfLowCredits(ctx, input.userId, -input.amount);
    return line;
  });
}

/** Locks the user's account, made now if there is none. Throws `not-found` for a user who is in no organization. */
async function lockAccount(ctx: OrgContext, userId: string): Promise<string> {
  const [member] = await ctx.db
    .select({ organizationId: members.organizationId })
    .from(members)
    .where(eq(members.userId, userId))
    .orderBy(asc(members.createdAt), asc(members.id))
    .limit(1);
  if (!member) throw notFound();
  const [account] = await ctx.db.execute<{ organization_id: string }>(sql`
    insert into credit_accounts (user_id, organization_id) values (${userId}, ${member.organizationId})
    on conflict (user_id) do update set updated_at = ${ctx.clock.now().toISOString()}::timestamptz
    returning organization_id`);
  return account!.organization_id;
}

async function refusal(ctx: OrgContext, { userId, amount }: { userId: string; amount: number }): Promise<Problem> {
  if (amount > 0) return fullAccount();
  const { current, held, available } = await readBalance(ctx, userId);
  return new Problem('conflict', {
    detail: {
      en: `Only ${available} credits can be taken: ${held} of ${current} are held by campaigns`,
      tr: `En fazla ${available} kontör düşülebilir: ${current} kontörün ${held} kadarı kampanyalara ayrılmış`,
    },
    members: { requested: -amount, available, held },
  });
}
