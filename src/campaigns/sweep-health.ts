import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { reviewHealth } from './review-health.ts';

const BUSY_MINUTES = 30;

/**
 * Judges every number that sent lately or is held back: nobody tells us of an ack that never comes. Campaigns that waited for
 * strangers to be written to again go on when they may.
 * @returns how many campaigns that were.
 */
export async function sweepHealth(ctx: AppContext): Promise<number> {
  const now = ctx.clock.now();
  const since = new Date(now.getTime() - BUSY_MINUTES * 60_000).toISOString();
  const watched = await ctx.db.execute<{ instance_id: string }>(sql`
    select l.instance_id from lanes l
    where exists (select from messages m where m.instance_id = l.instance_id and m.dispatched_at > ${since}::timestamptz)
      or exists (select from lane_health h where h.instance_id = l.instance_id and h.state <> 'closed')`);
  await reviewHealth(
    ctx,
    watched.map((row) => row.instance_id),
  );
  const freed = await ctx.db.execute(sql`
    update campaigns c set next_run_at = ${now.toISOString()}::timestamptz
    where c.status = 'pending' and c.status_reason = 'cold-blocked' and c.next_run_at > ${now.toISOString()}::timestamptz
      and not exists (select from lane_health h where h.instance_id = c.instance_id and h.scope = 'cold' and h.state <> 'closed')
    returning c.id`);
  return freed.length;
}
