import { type SQL, sql } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';

/** Would fail again, or may have arrived. */
const HOPELESS = ['bounced', 'invalid-address', 'given-up'];

/** Which of an email campaign's recipients are queued again. */
export type Requeue =
  | { which: 'failed'; reasons: string[] | undefined }
  | { which: 'unknown'; recipientId: string | undefined };

/**
 * Queues recipients of an email campaign again, their batches due at once, in the transaction that holds the campaign. Of the failed:
 * those for the reasons asked for, or all for whom it may help; never one given up, who may have got it.
 * @returns how many.
 */
export async function requeueMails(ctx: OrgContext, campaignId: string, asked: Requeue): Promise<number> {
  const now = sql`${ctx.clock.now().toISOString()}::timestamptz`;
  const [requeued] = await ctx.db.execute<{ count: string }>(sql`
    with again as (
      update campaign_recipients set status = 'queued', status_reason = null, error_code = null, dispatched_at = null, next_attempt_at = null,
        refusals = 0, updated_at = ${now}
      where campaign_id = ${campaignId} and batch is not null and ${chosen(asked)}
      returning batch
    ), due as (
      update email_batches set due_at = ${now}
      where campaign_id = ${campaignId} and due_at is null and batch in (select batch from again)
    )
    select count(*) as count from again`);
  return Number(requeued!.count);
}

function chosen(asked: Requeue): SQL {
  if (asked.which === 'unknown')
    return sql`status = 'unknown' ${asked.recipientId ? sql`and id = ${asked.recipientId}` : sql``}`;
  const reasons = asked.reasons
    ? sql`status_reason = any(${sql.param(asked.reasons)}::text[]) and status_reason <> 'given-up'`
    : sql`coalesce(status_reason, '') <> all(${sql.param(HOPELESS)}::text[])`;
  return sql`status = 'failed' and ${reasons}`;
}
