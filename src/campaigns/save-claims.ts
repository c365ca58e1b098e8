import { eq, sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { messages } from '#src/db/schema/messages.ts';
import { wantedProviderId } from '#src/messages/message.ts';
import { type Claim, leaseMs } from './lane.ts';

type Saved = { recipient_id: string; id: string; attempt: number; round: number; cold: boolean };

/**
 * Writes claims down, one a lane: the message rows (there is one for each recipient and part, ever) or those of claims that never
 * left us, taken up again; their recipients `sending`; the lanes held under the claims' fences and leases. Answers the claims as they
 * stand. One that is missing was begun before and is not free to be sent: nothing of it has changed.
 */
export async function saveClaims(ctx: AppContext, planned: Claim[]): Promise<Claim[]> {
  if (planned.length === 0) return [];
  const rows = new Map((await save(ctx, planned)).map((row) => [row.recipient_id, row]));
  const claims: Claim[] = [];
  for (const claim of planned) {
    const row = rows.get(claim.recipientId!);
    if (!row) continue;
    const wanted = row.id === claim.messageId ? claim.wantedProviderId : await wantedIdOf(ctx, row);
    claims.push({ ...claim, messageId: row.id, attempt: row.attempt, cold: row.cold, wantedProviderId: wanted });
  }
  return claims;
}

async function wantedIdOf(ctx: AppContext, { id, round }: Saved): Promise<string> {
  const wanted = wantedProviderId(ctx.authSecret, id, round);
  if (round > 1) await ctx.db.update(messages).set({ wantedProviderId: wanted }).where(eq(messages.id, id));
  return wanted;
}

async function save(ctx: AppContext, claims: Claim[]): Promise<Saved[]> {
  const at = ctx.clock.now();
  const now = sql`${at.toISOString()}::timestamptz`;
  return ctx.db.execute<Saved>(sql`
    with given as materialized (
      select * from jsonb_to_recordset(${JSON.stringify(claims.map((claim) => toRow(ctx, claim, at)))}::jsonb) as g(
        id uuid, organization_id uuid, user_id uuid, instance_id uuid, campaign_id uuid, recipient_id uuid, customer_id uuid, part smallint,
        kind text, address text, body text, media_id uuid, fence int, wanted_provider_id text, cold boolean, lease_until timestamptz, until_pause int)
    ), saved as (
      insert into messages (id, organization_id, user_id, instance_id, campaign_id, recipient_id, customer_id, part, kind, address, body,
        media_id, status, fence, attempt, wanted_provider_id, cold, claimed_at, created_at, updated_at)
      select g.id, g.organization_id, g.user_id, g.instance_id, g.campaign_id, g.recipient_id, g.customer_id, g.part, g.kind, g.address, g.body,
        g.media_id, 'sending', g.fence, 1, g.wanted_provider_id,
        g.cold and exists (select from customers c where c.id = g.customer_id and c.last_contacted_at is null), ${now}, ${now}, ${now}
      from given g
      on conflict (recipient_id, part) where recipient_id is not null do update set
        status = 'sending', fence = excluded.fence, attempt = messages.attempt + 1, instance_id = excluded.instance_id,
        status_reason = null, provider_message_id = null, cold = excluded.cold, claimed_at = excluded.claimed_at, dispatched_at = null,
        sent_at = null, acked_at = null, failed_at = null, captured_at = null, refunded_at = null, updated_at = excluded.updated_at
        where messages.status = 'queued' and (messages.captured_at is null or messages.refunded_at is not null)
      returning id, recipient_id, attempt, round, cold
    ), recipient as (
      update campaign_recipients r set status = 'sending', status_reason = null, updated_at = ${now}
      from saved where r.id = saved.recipient_id and r.status = 'queued'
    ), lane as (
      update lanes l set fence = g.fence, in_flight_message_id = saved.id, lease_until_at = g.lease_until, due_at = g.lease_until, until_pause = g.until_pause
      from saved join given g on g.recipient_id = saved.recipient_id where l.instance_id = g.instance_id
    )
    select * from saved`);
}

const toRow = (ctx: AppContext, claim: Claim, at: Date) => ({
  id: claim.messageId,
  organization_id: claim.organizationId,
  user_id: claim.userId,
  instance_id: claim.instanceId,
  campaign_id: claim.campaignId,
  recipient_id: claim.recipientId,
  customer_id: claim.customerId,
  part: claim.part,
  kind: claim.kind,
  address: claim.address,
  body: claim.body,
  media_id: claim.mediaId,
  fence: claim.fence,
  wanted_provider_id: claim.wantedProviderId,
  cold: claim.cold,
  lease_until: new Date(at.getTime() + leaseMs(claim.kind, ctx.config.recoverySpeed)),
  until_pause: claim.untilPause,
});
