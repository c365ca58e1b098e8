import { and, inArray, isNull, sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { lanes } from '#src/db/schema/instances.ts';

/** The PostgreSQL channel on which pumps are woken. */
export const LANES_CHANNEL = 'ulak_lanes';

/** Has a worker look at these lanes as soon as their delay allows; a message in flight is waited for. */
export async function wakeLanes(ctx: AppContext, instanceIds: string[]): Promise<void> {
  if (instanceIds.length === 0) return;
  const now = sql`${ctx.clock.now().toISOString()}::timestamptz`;
  await ctx.db
    .update(lanes)
    .set({ dueAt: sql`greatest(${now}, ${lanes.nextAllowedAt})` })
    .where(and(inArray(lanes.instanceId, instanceIds), isNull(lanes.inFlightMessageId)));
  await ctx.db.execute(sql`select pg_notify(${LANES_CHANNEL}, '')`);
}
