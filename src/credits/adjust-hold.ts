import { sql } from 'drizzle-orm';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { notFound, Problem } from '#src/platform/problem.ts';
import { MAX_CREDITS, requireCredits } from './credit-amount.ts';
import { insufficientCredits } from './insufficient-credits.ts';
import { lockHold } from './lock-hold.ts';
import { warnOfLowCredits } from './warn-of-low-credits.ts';

type Adjustment = {
  campaignId: string;
  /** A settled hold is opened again (retry of failed messages). */
  reopen?: boolean;
} & ({ heldCredits: number } | { addCredits: number });

/**
 * Changes what a campaign's hold holds in all (what it has captured and given back included), to `heldCredits` or by
 * `addCredits` more. All or nothing: 402 when the account has not that much to spare; 409 when the hold is settled
 * (and `reopen` is not asked for) or when it has already captured and given back more than the new total.
 */
export async function adjustHold(ctx: OrgContext, input: Adjustment): Promise<{ heldCredits: number }> {
  const given = 'heldCredits' in input ? input.heldCredits : input.addCredits;
  requireCredits(given, 'heldCredits' in input ? 'heldCredits' : 'addCredits', 0);
  const wanted = 'heldCredits' in input ? sql`${given}::bigint` : sql`held_credits + ${given}::bigint`;
  return inTransaction(ctx, async (ctx) => {
    const locked = await lockHold(ctx, input.campaignId);
    if (!locked) throw notFound();
    const [hold] = await ctx.db.execute<{ held_credits: string; more: string }>(sql`
      with target as (
        select id, user_id, ${wanted} as total, ${wanted} - held_credits as more from credit_holds
        where campaign_id = ${input.campaignId} and organization_id = ${ctx.organizationId}
          and (status = 'open' or ${input.reopen ?? false}::boolean)
          and ${wanted} between captured_credits + released_credits and ${MAX_CREDITS}
      ), account as (
        update credit_accounts a set held_credits = a.held_credits + target.more,
          updated_at = ${ctx.clock.now().toISOString()}::timestamptz
        from target where a.user_id = target.user_id
          and a.settled_credits - a.unsettled_credits - a.held_credits >= target.more
        returning a.user_id
      )
      update credit_holds h set held_credits = target.total, status = 'open', settled_at = null
      from target, account where h.id = target.id and account.user_id = target.user_id
      returning h.held_credits, target.more`);
    if (!hold) throw await explainRefusal(ctx, input, locked.userId, wanted);
    await warnOfLowCredits(ctx, locked.userId, Number(hold.more));
    return { heldCredits: Number(hold.held_credits) };
  });
}

async function explainRefusal(ctx: OrgContext, input: Adjustment, userId: string, wanted: ReturnType<typeof sql>) {
  const [hold] = await ctx.db.execute<{ settled: boolean; used: string; total: string; more: string }>(sql`
    select status = 'settled' as settled, captured_credits + released_credits as used,
      ${wanted} as total, ${wanted} - held_credits as more
    from credit_holds where campaign_id = ${input.campaignId} and organization_id = ${ctx.organizationId}`);
  if (!hold) return notFound();
  if (hold.settled && !input.reopen)
    return new Problem('conflict', {
      detail: { en: 'The campaign is already settled', tr: 'Kampanyanın hesabı kapandı' },
    });
  if (Number(hold.total) < Number(hold.used) || Number(hold.total) > MAX_CREDITS)
    return new Problem('conflict', {
      detail: {
        en: `A total between ${hold.used} (already used) and ${MAX_CREDITS}`,
        tr: `Toplam, kullanılmış olan ${hold.used} ile ${MAX_CREDITS} arasında olmalı`,
      },
      members: { used: Number(hold.used) },
    });
  return insufficientCredits(ctx, userId, Number(hold.more));
}
