import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { inShare } from './subject-test.ts';
import { wakeMail } from './wake-mail.ts';

/**
 * Gives a campaign's subject test its winner, in the transaction that holds the campaign, and sends the rest on: the subject that was
 * opened (or clicked) by the larger part of those who got it, the first when they are equal. `winner`: a person's choice.
 * @returns 0 or 1; null when there is no test, or it was decided before.
 */
export async function decideSubject(ctx: AppContext, campaignId: string, winner?: 0 | 1): Promise<0 | 1 | null> {
  const now = sql`${ctx.clock.now().toISOString()}::timestamptz`;
  const [decided] = await ctx.db.execute<{ winner: number }>(sql`
    with result as (
      select t.campaign_id,
        avg((case t.winner_by when 'clicks' then r.clicked_at else r.opened_at end is not null)::int) filter (where r.bucket % 2 = 0) as first,
        avg((case t.winner_by when 'clicks' then r.clicked_at else r.opened_at end is not null)::int) filter (where r.bucket % 2 = 1) as second
      from subject_tests t left join campaign_recipients r
        on r.campaign_id = t.campaign_id and r.sent_at is not null and ${inShare(sql`r.bucket`, sql`t.share_percent`)}
      where t.campaign_id = ${campaignId} and t.winner is null group by t.campaign_id
    )
    update subject_tests t set decided_at = ${now},
      winner = coalesce(${winner ?? null}::int, case when coalesce(result.second, 0) > coalesce(result.first, 0) then 1 else 0 end)
    from result where t.campaign_id = result.campaign_id and t.winner is null returning t.winner`);
  if (!decided) return null;
  await ctx.db.execute(sql`
    update email_batches set due_at = ${now} where campaign_id = ${campaignId} and due_at is not null and leased_by is null`);
  await wakeMail(ctx);
  return decided.winner === 0 ? 0 : 1;
}
