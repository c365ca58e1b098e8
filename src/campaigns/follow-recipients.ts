import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';

/**
 * Sets each recipient's status to what its messages add up to: failed if one failed, unknown if one is, sending while
 * parts are missing, else the least advanced of them. Skipped recipients stay skipped.
 */
export async function followRecipients(ctx: AppContext, recipientIds: string[]): Promise<void> {
  await ctx.db.execute(sql`
    with recipient as materialized (
      select r.id, c.messages_per_recipient from campaign_recipients r join campaigns c on c.id = r.campaign_id
      where r.id = any(${sql.param(recipientIds)}::uuid[]) and r.status <> 'skipped'
      order by r.id for no key update of r
    ), sum as (
      select recipient.id,
        case
          when bool_or(m.status = 'failed') then 'failed'
          when bool_or(m.status = 'unknown') then 'unknown'
          when bool_or(m.status in ('queued', 'sending')) or count(*) < min(recipient.messages_per_recipient) then 'sending'
          when bool_or(m.status = 'sent') then 'sent'
          when bool_or(m.status = 'delivered') then 'delivered'
          else 'read'
        end as status,
        min(m.status_reason) filter (where m.status in ('failed', 'unknown')) as reason
      from recipient join messages m on m.recipient_id = recipient.id group by recipient.id
    )
    update campaign_recipients r set status = sum.status, status_reason = sum.reason, updated_at = ${ctx.clock.now().toISOString()}::timestamptz
    from sum where r.id = sum.id and (r.status, r.status_reason) is distinct from (sum.status, sum.reason)`);
}
