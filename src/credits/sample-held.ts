import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';

/**
 * Writes down what is held now, of each account where it is not what was written last and of the whole platform, in one snapshot. Nothing else
 * knows it later: a hold says what it held in all, not when it gave back which part.
 */
export async function sampleHeld(ctx: AppContext): Promise<void> {
  await ctx.db.execute(sql`
    with latest as (
      select a.organization_id, a.user_id, a.held_credits, s.held_credits as written from credit_accounts a
      left join lateral (
        select held_credits from held_samples where user_id = a.user_id order by sampled_at desc limit 1) s on true
      union all
      select null, null, (select coalesce(sum(held_credits), 0) from credit_accounts),
        (select coalesce(held_credits, 0) from held_samples where user_id is null order by sampled_at desc limit 1)
    )
    insert into held_samples (organization_id, user_id, sampled_at, held_credits)
    select organization_id, user_id, ${ctx.clock.now().toISOString()}::timestamptz, held_credits from latest
    where held_credits is distinct from written and (user_id is null or written is not null or held_credits <> 0)
    on conflict (user_id, sampled_at) do nothing`);
}
