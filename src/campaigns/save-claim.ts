import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { type Claim, leaseMs } from './lane.ts';

export type Saved = { id: string; attempt: number; round: number; cold: boolean };

/**
 * Inserts the message, or takes up the row of a claim that never left us, and with it has the recipient `sending` and the
 * lane held under the claim's fence and lease. Null, with nothing changed, when that row is not free to be sent.
 */
export async function saveClaim(ctx: AppContext, claim: Claim): Promise<Saved | null> {
  const at = ctx.clock.now();
  const now = sql`${at.toISOString()}::timestamptz`;
  const leaseUntil = sql`${new Date(at.getTime() + leaseMs(claim.kind, ctx.config.recoverySpeed)).toISOString()}::timestamptz`;
  const [saved] = await ctx.db.execute<Saved>(sql`
    with saved as (
      insert into messages (id, organization_id, user_id, instance_id, campaign_id, recipient_id, customer_id, part, kind, address, body,
        media_id, status, fence, attempt, wanted_provider_id, cold, claimed_at, created_at, updated_at)
      values (${claim.messageId}, ${claim.organizationId}, ${claim.userId}, ${claim.instanceId}, ${claim.campaignId}, ${claim.recipientId},
        ${claim.customerId}, ${claim.part}, ${claim.kind}, ${claim.address}, ${claim.body}, ${claim.mediaId}, 'sending', ${claim.fence}, 1,
        ${claim.wantedProviderId}, ${claim.cold} and exists (select from customers c where c.id = ${claim.customerId} and c.last_contacted_at is null),
        ${now}, ${now}, ${now})
      on conflict (recipient_id, part) where recipient_id is not null do update set
        status = 'sending', fence = excluded.fence, attempt = messages.attempt + 1, instance_id = excluded.instance_id,
        status_reason = null, provider_message_id = null, cold = excluded.cold, claimed_at = excluded.claimed_at, dispatched_at = null,
        sent_at = null, acked_at = null, failed_at = null, captured_at = null, refunded_at = null, updated_at = excluded.updated_at
        where messages.status = 'queued' and (messages.captured_at is null or messages.refunded_at is not null)
      returning id, attempt, round, cold
    ), recipient as (
      update campaign_recipients r set status = 'sending', status_reason = null, updated_at = ${now}
      from saved where r.id = ${claim.recipientId} and r.status = 'queued'
    ), lane as (
      update lanes l set fence = ${claim.fence}, in_flight_message_id = saved.id, lease_until_at = ${leaseUntil}, due_at = ${leaseUntil}, until_pause = ${claim.untilPause}
      from saved where l.instance_id = ${claim.instanceId}
    )
    select * from saved`);
  return saved ?? null;
}
