import { and, eq, ne, sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { campaignRecipients } from '#src/db/schema/campaigns.ts';
import { lanes } from '#src/db/schema/instances.ts';
import { wantedProviderId } from '#src/messages/message.ts';
import { newId } from '#src/platform/ids.ts';
import { parsePersonalised, renderPersonalised } from '#src/templates/personalisation.ts';
import type { Admission } from './admit-lane.ts';
import type { Recipient } from './choose-recipient.ts';
import { type Claim, type DueLane, leaseSeconds } from './lane.ts';

/**
 * Writes the claim down: the message row (there is one for each recipient and part, ever), its recipient, the lane's fence
 * and lease. Null when that part was begun before and is not free to be sent: it is left to be reconciled.
 */
export async function claimMessage(
  ctx: AppContext,
  lane: DueLane,
  admission: Admission,
  recipient: Recipient,
): Promise<Claim | null> {
  const claim = planClaim(ctx, lane, admission, recipient);
  const saved = await saveMessage(ctx, claim);
  if (!saved) {
    await setAside(ctx, recipient);
    return null;
  }
  if (recipient.status !== 'sending') await setRecipient(ctx, recipient, { status: 'sending', statusReason: null });
  const now = ctx.clock.now();
  const leaseUntilAt = new Date(now.getTime() + leaseSeconds(claim.kind) * 1000);
  await ctx.db
    .update(lanes)
    .set({ fence: claim.fence, inFlightMessageId: saved.id, leaseUntilAt, dueAt: leaseUntilAt })
    .where(eq(lanes.instanceId, lane.instanceId));
  return {
    ...claim,
    messageId: saved.id,
    attempt: saved.attempt,
    wantedProviderId: wantedProviderId(ctx.authSecret, saved.id),
  };
}

function planClaim(ctx: AppContext, lane: DueLane, { campaign, rules }: Admission, recipient: Recipient): Claim {
  const planned = campaign.plan[recipient.nextPart - 1]!;
  const messageId = newId();
  return {
    messageId,
    wantedProviderId: wantedProviderId(ctx.authSecret, messageId),
    attempt: 1,
    fence: lane.fence + 1,
    instanceId: lane.instanceId,
    organizationId: campaign.organizationId,
    userId: campaign.userId,
    campaignId: campaign.id,
    recipientId: recipient.id,
    customerId: recipient.customerId,
    part: planned.part,
    kind: planned.kind,
    address: recipient.address,
    body: planned.body === null ? null : render(planned.body, recipient, rules.locale),
    mediaId: planned.mediaId,
    includeGraylisted: campaign.audience.includeGraylisted ?? false,
    delay: {
      minSeconds: Math.max(campaign.delayMinSeconds ?? rules.delayMinSeconds, ctx.config.sendDelayFloorSeconds),
      maxSeconds: Math.max(campaign.delayMaxSeconds ?? rules.delayMaxSeconds, ctx.config.sendDelayFloorSeconds),
    },
  };
}

function render(body: string, recipient: Recipient, locale: 'tr' | 'en'): string {
  const parsed = parsePersonalised(body);
  if (!parsed.ok) throw new Error(`a frozen text cannot be read: ${parsed.error.en}`);
  return renderPersonalised(parsed.template, recipient.variables, locale);
}

/** Inserts the message, or takes up the row of a claim that never left us. */
async function saveMessage(ctx: AppContext, claim: Claim): Promise<{ id: string; attempt: number } | null> {
  const now = ctx.clock.now().toISOString();
  const [saved] = await ctx.db.execute<{ id: string; attempt: number }>(sql`
    insert into messages (id, organization_id, user_id, instance_id, campaign_id, recipient_id, customer_id, part, kind, address, body,
      media_id, status, fence, attempt, wanted_provider_id, claimed_at, created_at, updated_at)
    values (${claim.messageId}, ${claim.organizationId}, ${claim.userId}, ${claim.instanceId}, ${claim.campaignId}, ${claim.recipientId},
      ${claim.customerId}, ${claim.part}, ${claim.kind}, ${claim.address}, ${claim.body}, ${claim.mediaId}, 'sending', ${claim.fence}, 1,
      ${claim.wantedProviderId}, ${now}::timestamptz, ${now}::timestamptz, ${now}::timestamptz)
    on conflict (recipient_id, part) where recipient_id is not null do update set
      status = 'sending', fence = excluded.fence, attempt = messages.attempt + 1, instance_id = excluded.instance_id,
      status_reason = null, claimed_at = excluded.claimed_at, dispatched_at = null, updated_at = excluded.updated_at
      where messages.status = 'queued'
    returning id, attempt`);
  return saved ?? null;
}

/** Its message was begun and is neither free nor counted: nobody may send it again before it is known what became of it. */
async function setAside(ctx: AppContext, recipient: Recipient): Promise<void> {
  ctx.log.error({ recipientId: recipient.id, part: recipient.nextPart }, 'a part that was begun before came up again');
  await setRecipient(ctx, recipient, { status: 'unknown', statusReason: 'begun-before' });
}

async function setRecipient(ctx: AppContext, recipient: Recipient, set: Partial<Recipient>): Promise<void> {
  await ctx.db
    .update(campaignRecipients)
    .set({ ...set, updatedAt: ctx.clock.now() })
    .where(and(eq(campaignRecipients.id, recipient.id), ne(campaignRecipients.status, 'skipped')));
}
