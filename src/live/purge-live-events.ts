import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { keptSince } from '#src/settings/kept-since.ts';

const BATCH = 10_000;

/** Deletes live events after their hours, one unless the platform's settings say otherwise, in small bites. */
export async function purgeLiveEvents(ctx: AppContext, signal?: AbortSignal): Promise<void> {
  const before = sql`${(await keptSince(ctx, 'liveEventsHours')).toISOString()}::timestamptz`;
  for (let deleted = BATCH; deleted === BATCH && !signal?.aborted; ) {
    const old = sql`select id from live_events where created_at <= ${before} order by created_at limit ${BATCH}`;
    const result = await ctx.db.execute(sql`delete from live_events where id = any(array(${old}))`);
    deleted = result.count;
  }
}
