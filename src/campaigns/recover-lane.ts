import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { followRecipients } from './follow-recipients.ts';
import type { DueLane } from './lane.ts';

/**
 * Frees a lane whose worker has gone. A message that had not left us goes back into the queue; one that may have left
 * becomes unknown and is never simply sent again.
 */
export async function recoverLane(ctx: AppContext, lane: DueLane): Promise<void> {
  const now = ctx.clock.now().toISOString();
  const recovered = await ctx.db.execute<{ recipient_id: string | null }>(sql`
    update messages set
      status = case when dispatched_at is null then 'queued' else 'unknown' end,
      status_reason = case when dispatched_at is null then null else 'worker-lost' end,
      reconcile_at = case when dispatched_at is null then null else ${now}::timestamptz end, reconcile_tries = 0,
      updated_at = ${now}::timestamptz
    where id = ${lane.inFlightMessageId} and status = 'sending' and fence = ${lane.fence}
    returning recipient_id`);
  ctx.log.warn(
    { instanceId: lane.instanceId, messageId: lane.inFlightMessageId },
    'a lane was left with a message in flight',
  );
  await followRecipients(
    ctx,
    recovered.flatMap((row) => row.recipient_id ?? []),
  );
}
