import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { keptSince } from '#src/settings/kept-since.ts';

const BATCH = 2_000;

/** Forgets events after a month, or as long as the platform's settings say, what is still on its way excepted, and endpoints that were deleted; in small bites. */
export async function purgeWebhooks(ctx: AppContext, signal?: AbortSignal): Promise<void> {
  const before = sql`${(await keptSince(ctx, 'outboundWebhooksDays')).toISOString()}::timestamptz`;
  const gone = sql`select id from webhook_endpoints where deleted_at is not null`;
  const bites = [
    sql`delete from webhook_deliveries where id = any(array(select id from webhook_deliveries where endpoint_id in (${gone}) limit ${BATCH}))`,
    sql`delete from webhook_endpoints e where e.id in (${gone}) and not exists (select from webhook_deliveries d where d.endpoint_id = e.id)`,
    sql`delete from webhook_events where id = any(array(
      select ev.id from webhook_events ev where ev.occurred_at < ${before}
        and not exists (select from webhook_deliveries d where d.event_id = ev.id and d.status = 'pending' and d.due_at >= ${before})
      order by ev.occurred_at limit ${BATCH}))`,
    sql`delete from webhook_replays where id = any(array(
      select id from webhook_replays where status = 'completed' and created_at < ${before} limit ${BATCH}))`,
  ];
  for (const bite of bites)
    for (let deleted = BATCH; deleted === BATCH && !signal?.aborted; ) deleted = (await ctx.db.execute(bite)).count;
}
