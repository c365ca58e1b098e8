import { sql } from 'drizzle-orm';
import { type AppContext, actFor } from '#src/context.ts';
import { refundCredit } from '#src/credits/refund-credit.ts';
import { refundMessageCredit } from '#src/credits/refund-message-credit.ts';
import { releaseMessageCredits } from '#src/credits/release-message-credits.ts';
import type { MovedMessage } from '#src/messages/apply-acks.ts';
import { fileFound, unfileRefused } from './file-sent.ts';
import { followRecipients } from './follow-recipients.ts';
import { publishMoves } from './publish-moves.ts';

/**
 * What moved messages mean: their recipients follow, what WhatsApp refused is paid back, once, and is in nobody's Files tab, and what was held
 * to send a single one again that has arrived after all is released.
 */
export async function followMessages(ctx: AppContext, moved: MovedMessage[]): Promise<void> {
  if (moved.length === 0) return;
  const ours = moved.flatMap(({ recipientId }) => recipientId ?? []);
  if (ours.length > 0) await followRecipients(ctx, ours);
  const failed = moved.filter(({ status }) => status === 'failed');
  await payBack(ctx, failed);
  const singles = moved.filter(({ campaignId, status }) => campaignId === null && status !== 'queued');
  await releaseMessageCredits(
    ctx,
    singles.map(({ id }) => id),
  );
  await unfileRefused(
    ctx,
    failed.map(({ id }) => id),
  );
  await fileFound(
    ctx,
    moved.flatMap(({ id, found }) => (found ? [id] : [])),
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
      from (select recipient_id, count(*) as count from refunded where recipient_id is not null group by recipient_id) f where r.id = f.recipient_id
    )
    select id from refunded`);
  const due = new Set(refunded.map((row) => row.id));
  for (const message of failed.filter(({ id }) => due.has(id))) {
    const [acting, messageId] = [actFor(ctx, message, 'webhook'), message.id];
    if (message.campaignId) await refundCredit(acting, { campaignId: message.campaignId, messageId });
    else await refundMessageCredit(acting, { messageId });
  }
}
