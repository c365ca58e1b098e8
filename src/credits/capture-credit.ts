import { sql } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { requireCredits } from './credit-amount.ts';

/**
 * Spends held credits of a campaign; false, with nothing changed, when its hold is not open or has not that many left.
 * Once per message is the caller's part: call it in the transaction that sets `messages.captured_at` where it is null.
 */
export async function captureCredit(
  ctx: OrgContext,
  input: { campaignId: string; credits?: number },
): Promise<boolean> {
  const credits = input.credits ?? 1;
  requireCredits(credits, 'credits');
  const captured = await ctx.db.execute(sql`
    with hold as (
      update credit_holds set captured_credits = captured_credits + ${credits}
      where campaign_id = ${input.campaignId} and organization_id = ${ctx.organizationId} and status = 'open'
        and captured_credits + released_credits + ${credits} <= held_credits
      returning user_id
    )
    update credit_accounts account set
      unsettled_credits = account.unsettled_credits + ${credits},
      held_credits = account.held_credits - ${credits},
      updated_at = ${ctx.clock.now().toISOString()}::timestamptz
    from hold where account.user_id = hold.user_id
    returning account.user_id`);
  return captured.length === 1;
}
