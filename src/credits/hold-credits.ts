import { sql } from 'drizzle-orm';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { newId } from '#src/platform/ids.ts';
import { Problem } from '#src/platform/problem.ts';
import { requireCredits } from './credit-amount.ts';
import { insufficientCredits } from './insufficient-credits.ts';
import { warnOfLowCredits } from './warn-of-low-credits.ts';

/**
 * Reserves `credits` of the acting user for a new campaign, in one statement: all of them or, with a 402 that names
 * `required` and `available`, none. A campaign has one hold for life: a second one is a 409 (change it with adjustHold).
 */
export async function holdCredits(ctx: OrgContext, input: { campaignId: string; credits: number }): Promise<void> {
  requireCredits(input.credits, 'credits');
  // until the warning is decided, nobody else takes from the account
  await inTransaction(ctx, (ctx) => hold(ctx, input));
}

async function hold(ctx: OrgContext, input: { campaignId: string; credits: number }): Promise<void> {
  const now = ctx.clock.now().toISOString();
  const held = await ctx.db.execute(sql`
    with account as (
      update credit_accounts set held_credits = held_credits + ${input.credits}, updated_at = ${now}::timestamptz
      where user_id = ${ctx.userId} and organization_id = ${ctx.organizationId}
        and settled_credits - unsettled_credits - held_credits >= ${input.credits}
        and not exists (select 1 from credit_holds where campaign_id = ${input.campaignId})
      returning user_id, organization_id
    )
    insert into credit_holds (id, organization_id, user_id, campaign_id, held_credits, created_at)
    select ${newId()}::uuid, organization_id, user_id, ${input.campaignId}::uuid, ${input.credits}::bigint, ${now}::timestamptz from account
    returning id`);
  if (held.length === 1) return warnOfLowCredits(ctx, ctx.userId, input.credits);
  const [other] = await ctx.db.execute(sql`select 1 from credit_holds where campaign_id = ${input.campaignId}`);
  if (other) throw new Problem('already-exists');
  throw await insufficientCredits(ctx, ctx.userId, input.credits);
}
