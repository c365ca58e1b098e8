import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { publishCreditsChanged } from './publish-credits-changed.ts';

/** Gives back what is still held for an SMS that will not be sent. Repeatable: nothing is given back twice. */
export async function releaseSmsCredits(ctx: AppContext, smsIds: string[]): Promise<void> {
  if (smsIds.length === 0) return;
  const now = sql`${ctx.clock.now().toISOString()}::timestamptz`;
  const accounts = await ctx.db.execute<{ user_id: string; organization_id: string }>(sql`
    with target as materialized (
      select id, held_credits as credits from credit_holds
      where sms_id = any(${sql.param(smsIds)}::uuid[]) and status = 'open' order by sms_id for no key update
    ), hold as (
      update credit_holds h set released_credits = t.credits, status = 'settled', settled_at = ${now}
      from target t where h.id = t.id returning h.user_id, t.credits
    )
    update credit_accounts account set held_credits = account.held_credits - given.credits, updated_at = ${now}
    from (select user_id, sum(credits)::bigint as credits from hold group by user_id) given where account.user_id = given.user_id
    returning account.user_id, account.organization_id`);
  for (const { user_id, organization_id } of accounts)
    await publishCreditsChanged({ ...ctx, organizationId: organization_id }, user_id);
}
