import { sql } from 'drizzle-orm';
import { waitsUntil } from '#src/campaigns/claim-single-message.ts';
import type { OrgContext } from '#src/context.ts';
import { holdMessageCredits } from '#src/credits/hold-message-credits.ts';
import { wakeLanes } from '#src/instances/wake-lanes.ts';
import { publishLiveEvent } from '#src/live/publish-live-event.ts';
import type { Message } from '#src/messages/message.ts';

/** Has a single message wait to be sent again, its credit held (402 if there is none); in the transaction that has locked it. */
export async function requeueMessage(ctx: OrgContext, message: Message): Promise<void> {
  const at = ctx.clock.now();
  const now = sql`${at.toISOString()}::timestamptz`;
  const { id, instanceId, conversationId, refundedAt } = message;
  await ctx.db.execute(sql`
    with refused as (
      insert into refused_attempts (instance_id, provider_message_id, message_id, round, created_at)
      select m.instance_id, m.provider_message_id, m.id, m.round, ${now} from messages m
      where m.id = ${id} and m.status = 'failed' and m.provider_message_id is not null on conflict do nothing
    )
    update messages set status = 'queued', status_reason = null, attempt = 0, round = round + ${refundedAt ? 1 : 0},
      dispatched_at = null, reconcile_at = null, reconcile_tries = 0, waits_until_at = ${waitsUntil(at).toISOString()}::timestamptz, updated_at = ${now}
    where id = ${id}`);
  await holdAnew(ctx, message);
  await publishLiveEvent(ctx, {
    type: 'message.status-changed',
    data: { messageId: id, campaignId: null, recipientId: null, status: 'queued', conversationId },
  });
  await wakeLanes(ctx, [instanceId!]);
}

/** What it cost before it costs again; of one whose outcome was unknown the credit may be held still. */
async function holdAnew(ctx: OrgContext, { id, userId }: Message): Promise<void> {
  const [hold] = await ctx.db.execute<{ status: string }>(
    sql`select status from credit_holds where message_id = ${id}`,
  );
  if (hold?.status === 'settled') await holdMessageCredits({ ...ctx, userId }, [id]);
}
