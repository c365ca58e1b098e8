import { sql } from 'drizzle-orm';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { appendTransaction } from './append-transaction.ts';
import { requireCredits } from './credit-amount.ts';
import { lockHold } from './lock-hold.ts';
import { publishCreditsChanged } from './publish-credits-changed.ts';

type Settlement = {
  /** Credits that this call put into the statement. */
  spent: number;
  /** Credits that this call gave back. */
  released: number;
};

/**
 * At a campaign's end: one 'campaign' line for all that was captured, and everything held beyond `keepCredits` given
 * back. While something is kept (messages whose outcome is not known) the hold stays open and what it still captures goes into
 * 'message' lines of later calls. A call that finds nothing to do changes nothing. `note` is the campaign's name.
 */
export async function settleHold(
  ctx: OrgContext,
  input: { campaignId: string; keepCredits?: number; note?: string | null },
): Promise<Settlement> {
  const keep = input.keepCredits ?? 0;
  requireCredits(keep, 'keepCredits', 0);
  return inTransaction(ctx, async (ctx) => {
    const hold = await lockHold(ctx, input.campaignId);
    if (!hold) return { spent: 0, released: 0 };
    const settlement = await moveCredits(ctx, input.campaignId, keep);
    if (settlement.spent === 0 && settlement.released === 0) return settlement;
    if (settlement.spent > 0) await writeStatement(ctx, { ...input, userId: hold.userId, amount: -settlement.spent });
    await recordActivity(ctx, {
      verb: 'credits.settle',
      subjectType: 'campaign',
      subjectId: input.campaignId,
      details: settlement,
    });
    await publishCreditsChanged(ctx, hold.userId);
    return settlement;
  });
}

async function moveCredits(ctx: OrgContext, campaignId: string, keep: number): Promise<Settlement> {
  const now = sql`${ctx.clock.now().toISOString()}::timestamptz`;
  const [moved] = await ctx.db.execute<{ spent: string; released: string }>(sql`
    with due as (
      select id, user_id, captured_credits - settled_credits as spent,
        greatest(held_credits - captured_credits - released_credits - ${keep}::bigint, 0) as released
      from credit_holds
      where campaign_id = ${campaignId} and organization_id = ${ctx.organizationId} and status = 'open'
    ), hold as (
      update credit_holds h set
        settled_credits = h.captured_credits,
        released_credits = h.released_credits + due.released,
        status = case when h.held_credits = h.captured_credits + h.released_credits + due.released then 'settled' else 'open' end,
        settled_at = case when h.held_credits = h.captured_credits + h.released_credits + due.released then ${now} end
      from due where h.id = due.id
    )
    update credit_accounts account set
      unsettled_credits = account.unsettled_credits - due.spent,
      held_credits = account.held_credits - due.released,
      updated_at = ${now}
    from due where account.user_id = due.user_id
    returning due.spent, due.released`);
  return { spent: Number(moved?.spent ?? 0), released: Number(moved?.released ?? 0) };
}

async function writeStatement(
  ctx: OrgContext,
  entry: { campaignId: string; userId: string; amount: number; note?: string | null },
): Promise<void> {
  const { campaignId, userId, amount, note } = entry;
  const [earlier] = await ctx.db.execute(sql`
    select 1 from credit_transactions where campaign_id = ${campaignId} and type = 'campaign'`);
  const type = earlier ? 'message' : 'campaign';
  const line = await appendTransaction(ctx, { userId, type, amount, campaignId, note: note ?? null });
  if (!line) throw new Error(`settling ${campaignId} would overdraw the account`);
}
