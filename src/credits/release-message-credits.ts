import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { publishCreditsChanged } from './publish-credits-changed.ts';

/** Gives back what is still held for these single messages, which will not be sent any more. Repeatable: nothing is given back twice. */
export async function releaseMessageCredits(ctx: AppContext, messageIds: string[]): Promise<void> {
  if (messageIds.length === 0) return;
  const now = sql`${ctx.clock.now().toISOString()}::timestamptz`;
  const accounts = await ctx.db.execute<{ user_id: string; organization_id: string }>(sql`
    with target as materialized (
      select id, held_credits - captured_credits - released_credits as credits from credit_holds
      where message_id = any(${sql.param(messageIds)}::uuid[]) and status = 'open' order by message_id for no key update
    ), hold as (
      update credit_holds h set released_credits = h.released_credits + t.credits, status = 'settled', settled_at = ${now}
      from target t where h.id = t.id returning h.user_id, t.credits
    ), given as materialized (
      select user_id, sum(credits)::bigint as credits from hold group by user_id
    ), locked as materialized (
      select a.user_id, given.credits from credit_accounts a join given on given.user_id = a.user_id order by a.user_id for no key update of a
    )
    update credit_accounts account set held_credits = account.held_credits - locked.credits, updated_at = ${now}
    from locked where account.user_id = locked.user_id
    returning account.user_id, account.organization_id`);
  for (const { user_id, organization_id } of accounts)
    await publishCreditsChanged({ ...ctx, organizationId: organization_id }, user_id);
}
