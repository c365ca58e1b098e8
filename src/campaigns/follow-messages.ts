import { sql } from 'drizzle-orm';
import { type AppContext, actFor } from '#src/context.ts';
import { refundCredit } from '#src/credits/refund-credit.ts';
import type { MovedMessage } from '#src/messages/apply-acks.ts';
import { followRecipients } from './follow-recipients.ts';
import { publishMoves } from './publish-moves.ts';

/** What moved messages mean for their campaigns: their recipients follow, and what WhatsApp refused is paid back, once. */
export async function followMessages(ctx: AppContext, moved: MovedMessage[]): Promise<void> {
  if (moved.length === 0) return;
  const ours = moved.flatMap(({ recipientId }) => recipientId ?? []);
  if (ours.length > 0) await followRecipients(ctx, ours);
  await payBack(
    ctx,
    moved.filter(({ status, campaignId }) => status === 'failed' && campaignId !== null),
  );
  await publishMoves(ctx, moved);
}

async function payBack(ctx: AppContext, failed: MovedMessage[]): Promise<void> {
  if (failed.length === 0) return;
  const now = ctx.clock.now().toISOString();
  const refunded = await ctx.db.execute<{ id: string }>(sql`
    with refunded as (
      update messages set refunded_at = ${now}::timestamptz
      where id = any(${sql.param(failed.map((message) => message.id))}::uuid[]) and captured_at is not null and refunded_at is null
      returning id, recipient_id
    ), fewer as (
      update campaign_recipients r set spent_credits = r.spent_credits - f.count
      from (select recipient_id, count(*) as count from refunded group by recipient_id) f where r.id = f.recipient_id
    )
    select id from refunded`);
  const due = new Set(refunded.map((row) => row.id));
  for (const message of failed.filter(({ id }) => due.has(id)))
    await refundCredit(actFor(ctx, message, 'webhook'), { campaignId: message.campaignId!, messageId: message.id });
}
