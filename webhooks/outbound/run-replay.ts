import { and, eq, sql } from 'drizzle-orm';
import { type AppContext, inTransaction } from '#src/context.ts';
import { webhookReplays } from '#src/db/schema/webhooks.ts';
import { replayFilter } from './replay-filter.ts';
import { wakeHooks } from './wake-hooks.ts';

const BATCH = 1_000;

/** Queues the events of a replay again, so many at a time; goes on where it was interrupted. */
export async function runReplay(
  ctx: AppContext,
  replayId: string,
  signal?: AbortSignal,
  batch: number = BATCH,
): Promise<void> {
  for (let more = true; more; ) {
    signal?.throwIfAborted();
    more = await queueSome(ctx, replayId, batch);
  }
}

/** An event has one delivery to an endpoint: what was never made is made now, what is there starts again. */
const queueSome = (ctx: AppContext, replayId: string, batch: number): Promise<boolean> =>
  inTransaction(ctx, async (ctx) => {
    const which = and(eq(webhookReplays.id, replayId), sql`${webhookReplays.status} <> 'completed'`);
    const [replay] = await ctx.db.select().from(webhookReplays).where(which).for('update');
    if (!replay) return false;
    const now = sql`${ctx.clock.now().toISOString()}::timestamptz`;
    const after = replay.reachedAt
      ? sql`(ev.occurred_at, ev.id) > (${replay.reachedAt.toISOString()}::timestamptz, ${replay.reachedId}::uuid)`
      : sql`true`;
    const rows = await ctx.db.execute<{ id: string; occurred_at: string; queued: string }>(sql`
      with page as (
        select ev.* from webhook_events ev where ${replayFilter(replay)} and ${after} order by ev.occurred_at, ev.id limit ${batch}
      ), queued as (
        insert into webhook_deliveries as d (organization_id, endpoint_id, event_id, event_type, due_at, created_at)
        select p.organization_id, e.id, p.id, p.type, ${now}, ${now} from page p
        join webhook_endpoints e on e.id = ${replay.endpointId} and e.deleted_at is null and chooses_event(e.events, p.type)
        order by p.id
        on conflict (event_id, endpoint_id) do update set status = 'pending', attempts = 0, run = d.run + 1, due_at = ${now}, delivered_at = null
        returning 1
      )
      select p.id, to_char(p.occurred_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as occurred_at, (select count(*) from queued) as queued
      from page p order by p.occurred_at desc, p.id desc limit 1`);
    const [last] = rows;
    await ctx.db
      .update(webhookReplays)
      .set(
        last
          ? {
              status: 'running',
              reachedAt: sql`${last.occurred_at}::timestamptz`,
              reachedId: last.id,
              queuedCount: replay.queuedCount + Number(last.queued),
            }
          : { status: 'completed', completedAt: ctx.clock.now() },
      )
      .where(which);
    if (last) await wakeHooks(ctx);
    return last !== undefined;
  });
