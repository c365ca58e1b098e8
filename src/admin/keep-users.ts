import { sql } from 'drizzle-orm';
import { endSpentBans } from '#src/accounts/end-spent-bans.ts';
import { type AppContext, inTransaction } from '#src/context.ts';
import { resumeDeletions } from './resume-deletions.ts';
import { monthOf, PLATFORM_ZONE } from './this-month.ts';

const BATCH = 20_000;

/** Counts what was sent, forgets last month's figures, lifts bans that have run out, and goes on with deletions that were cut off. */
export async function keepUsers(ctx: AppContext, signal?: AbortSignal): Promise<void> {
  for (let counted = BATCH; counted === BATCH && !signal?.aborted; ) counted = await countSent(ctx);
  for (let reset = BATCH; reset === BATCH && !signal?.aborted; ) reset = await forgetMonth(ctx);
  await endSpentBans(ctx);
  await resumeDeletions(ctx);
}

/** Each message once: who takes a tally counts it in the same transaction. Of a user with two months at once, the newer. */
const countSent = (ctx: AppContext): Promise<number> =>
  inTransaction(ctx, async (ctx) => {
    const [taken] = await ctx.db.execute<{ count: string }>(sql`
      with taken as (
        delete from sent_tallies where id in (select id from sent_tallies order by id limit ${BATCH} for update skip locked)
        returning user_id, date_trunc('month', sent_at at time zone ${PLATFORM_ZONE})::date as month
      ), counted as (
        select distinct on (user_id) user_id, month, count(*)::int as count from taken group by user_id, month order by user_id, month desc
      ), added as (
        update user_figures f set sent_month = c.month, sent_count = c.count + case when f.sent_month = c.month then f.sent_count else 0 end
        from counted c where f.user_id = c.user_id and f.sent_month <= c.month
      )
      select count(*) as count from taken`);
    return Number(taken!.count);
  });

async function forgetMonth(ctx: AppContext): Promise<number> {
  const month = monthOf(ctx.clock.now());
  const result = await ctx.db.execute(sql`
    update user_figures set sent_count = 0
    where user_id in (select user_id from user_figures where sent_count > 0 and sent_month < ${month}::date limit ${BATCH})`);
  return result.count;
}
