import { sql } from 'drizzle-orm';
import { type AppContext, inTransaction } from '#src/context.ts';
import { wakeLanes } from '#src/instances/wake-lanes.ts';
import type { Message } from '#src/messages/message.ts';
import { followRecipients } from './follow-recipients.ts';
import { settleWhenDone } from './settle-when-done.ts';

const isOver = sql`exists (select from campaigns c where c.id = m.campaign_id and c.ended_at is not null)`;

/**
 * An unknown message that is taken not to have gone out: it is queued again, or has failed where its campaign has ended.
 * Nothing happens if it is known by now.
 */
export const requeueLost = (ctx: AppContext, lost: Message, reason: string): Promise<void> =>
  inTransaction(ctx, async (ctx) => {
    const now = sql`${ctx.clock.now().toISOString()}::timestamptz`;
    const [moved] = await ctx.db.execute(sql`
      update messages m set
        status = case when ${isOver} then 'failed' else 'queued' end, status_reason = ${reason},
        dispatched_at = null, reconcile_at = null, reconcile_tries = 0,
        failed_at = case when ${isOver} then ${now} end, updated_at = ${now}
      where m.id = ${lost.id} and m.status = 'unknown' and m.fence = ${lost.fence} returning m.id`);
    if (!moved) return;
    if (lost.recipientId) await followRecipients(ctx, [lost.recipientId]);
    await wakeLanes(ctx, [lost.instanceId!]);
    if (lost.campaignId) await settleWhenDone(ctx, lost.campaignId);
  });
