import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { requireCredits } from './credit-amount.ts';

export type Capture = { campaignId: string; organizationId: string; credits: number };

/**
 * Spends held credits of campaigns, each named once; answers of which. Nothing changes for one whose hold is not open or has not
 * that many left. Once per message is the caller's part: call it in the transaction that sets `messages.captured_at` where it is null.
 */
export async function captureCredits(ctx: AppContext, captures: Capture[]): Promise<Set<string>> {
  for (const { credits } of captures) requireCredits(credits, 'credits');
  const given = captures.map(({ campaignId, organizationId, credits }) => ({
    campaign_id: campaignId,
    organization_id: organizationId,
    credits,
  }));
  const captured = await ctx.db.execute<{ campaign_id: string }>(sql`
    with target as materialized (
      select h.id, g.credits from jsonb_to_recordset(${JSON.stringify(given)}::jsonb) as g(campaign_id uuid, organization_id uuid, credits bigint)
      join credit_holds h on h.campaign_id = g.campaign_id and h.organization_id = g.organization_id
      where h.status = 'open' and h.captured_credits + h.released_credits + g.credits <= h.held_credits
      order by h.campaign_id for no key update of h
    ), hold as (
      update credit_holds h set captured_credits = h.captured_credits + t.credits from target t where h.id = t.id
      returning h.user_id, h.campaign_id, t.credits
    ), spent as materialized (
      select user_id, sum(credits)::bigint as credits from hold group by user_id
    ), locked as materialized (
      select a.user_id, spent.credits from credit_accounts a join spent on spent.user_id = a.user_id order by a.user_id for no key update of a
    ), account as (
      update credit_accounts account set
        unsettled_credits = account.unsettled_credits + locked.credits,
        held_credits = account.held_credits - locked.credits,
        updated_at = ${ctx.clock.now().toISOString()}::timestamptz
      from locked where account.user_id = locked.user_id
    )
    select campaign_id from hold`);
  return new Set(captured.map((row) => row.campaign_id));
}
