import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';

/**
 * Sets each recipient's status to what its messages add up to: failed if one failed, unknown if one is, sending while
 * parts are missing, else the least advanced of them. Skipped recipients stay skipped.
 * @param acceptedParts of each recipient the part that was just accepted: its credit is spent, and the next one's turn has come.
 */
export async function followRecipients(
  ctx: AppContext,
  recipientIds: string[],
  acceptedParts: number[] = [],
): Promise<void> {
  await ctx.db.execute(sql`
    with given as materialized (
      select id, max(part) as part, count(part)::int as spent
      from unnest(${sql.param(recipientIds)}::uuid[], ${sql.param(acceptedParts)}::int[]) as g(id, part) group by id
    ), recipient as materialized (
      select r.id, r.status = 'skipped' as skipped, c.messages_per_recipient, given.part, given.spent
      from given join campaign_recipients r on r.id = given.id join campaigns c on c.id = r.campaign_id
      where given.spent > 0 or r.status <> 'skipped'
      order by r.id for no key update of r
    ), sum as (
      select recipient.id, recipient.skipped, recipient.part, recipient.spent,
        case
          when bool_or(m.status = 'failed') then 'failed'
          when bool_or(m.status = 'unknown') then 'unknown'
          when bool_or(m.status in ('queued', 'sending')) or count(*) < min(recipient.messages_per_recipient) then 'sending'
          when bool_or(m.status = 'sent') then 'sent'
          when bool_or(m.status = 'delivered') then 'delivered'
          else 'read'
        end as status,
        min(m.status_reason) filter (where m.status in ('failed', 'unknown') or m.status_reason = 'unconfirmed') as reason
      from recipient join messages m on m.recipient_id = recipient.id group by recipient.id, recipient.skipped, recipient.part, recipient.spent
    )
    update campaign_recipients r set
      next_part = greatest(r.next_part, sum.part + 1), spent_credits = r.spent_credits + sum.spent,
      status = case when sum.skipped then r.status else sum.status end,
      status_reason = case when sum.skipped then r.status_reason else sum.reason end,
      updated_at = ${ctx.clock.now().toISOString()}::timestamptz
    from sum where r.id = sum.id and (sum.spent > 0 or (r.status, r.status_reason) is distinct from (sum.status, sum.reason))`);
}
