import { sql } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { requireCredits } from './credit-amount.ts';

/**
 * Gives held credits of a campaign back, for messages that will not be sent; false, with nothing changed, when its hold
 * is not open or has not that many left. Once per message is the caller's part.
 */
export async function releaseCredits(
  ctx: OrgContext,
  input: { campaignId: string; credits: number },
): Promise<boolean> {
  requireCredits(input.credits, 'credits', 0);
  if (input.credits === 0) return true;
  const released = await ctx.db.execute(sql`
    with hold as (
      update credit_holds set released_credits = released_credits + ${input.credits}
      where campaign_id = ${input.campaignId} and organization_id = ${ctx.organizationId} and status = 'open'
        and captured_credits + released_credits + ${input.credits} <= held_credits
      returning user_id
    )
    update credit_accounts account set
      held_credits = account.held_credits - ${input.credits},
      updated_at = ${ctx.clock.now().toISOString()}::timestamptz
    from hold where account.user_id = hold.user_id
    returning account.user_id`);
  return released.length === 1;
}
