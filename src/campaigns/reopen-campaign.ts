import { eq, sql } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { adjustHold } from '#src/credits/adjust-hold.ts';
import { campaigns } from '#src/db/schema/campaigns.ts';
import { wakeMail } from '#src/emails/wake-mail.ts';
import { wakeLanes } from '#src/instances/wake-lanes.ts';
import { Problem } from '#src/platform/problem.ts';
import { nextOpening } from '#src/windows/sending-window.ts';
import { type Campaign, hasEnded } from './campaign.ts';
import { heldSince } from './held-since.ts';
import { startCampaignJob } from './jobs.ts';
import { readStartWindow } from './read-start-window.ts';

/**
 * Has a campaign go on with those who were queued again, in the transaction that queued them and holds the campaign: what
 * they still cost is held, or a 402; an ended one starts at once, or when the window opens. 409 past its `validUntil`.
 * @returns the credits that were held anew.
 */
export async function reopenCampaign(ctx: OrgContext, campaign: Campaign): Promise<number> {
  if (campaign.validUntilAt && campaign.validUntilAt <= ctx.clock.now())
    throw refusal('It was valid until a time that has passed', 'Geçerlilik süresi doldu');
  const addCredits = campaign.channel === 'email' ? 0 : await missingCredits(ctx, campaign);
  if (addCredits > 0) await adjustHold(ctx, { campaignId: campaign.id, addCredits, reopen: true });
  if (hasEnded(campaign.status)) await goOn(ctx, campaign);
  if (campaign.status === 'running')
    await (campaign.instanceId ? wakeLanes(ctx, [campaign.instanceId]) : wakeMail(ctx));
  return addCredits;
}

/** What everyone still to be written to costs, and who may have been, beyond what the hold has left; in one snapshot. */
async function missingCredits(ctx: OrgContext, { id, messagesPerRecipient }: Campaign): Promise<number> {
  const [sum] = await ctx.db.execute<{ missing: string }>(sql`
    select due.credits + open.credits - h.held_credits + h.captured_credits + h.released_credits as missing
    from credit_holds h
    cross join lateral (
      select coalesce(sum(${messagesPerRecipient}::int - spent_credits), 0) as credits from campaign_recipients
      where campaign_id = ${id} and status in ('queued', 'sending')
    ) due
    cross join lateral (
      select coalesce(sum(case when m.reconcile_at is null then 1 else ${messagesPerRecipient}::int - r.spent_credits end), 0) as credits
      from messages m join campaign_recipients r on r.id = m.recipient_id
      where m.campaign_id = ${id} and m.status = 'unknown' and m.dispatched_at > ${heldSince(ctx)}::timestamptz and r.status = 'unknown'
    ) open
    where h.campaign_id = ${id}`);
  return Math.max(0, Number(sum?.missing ?? 0));
}

async function goOn(ctx: OrgContext, campaign: Campaign): Promise<void> {
  const now = ctx.clock.now();
  const nextRunAt = nextOpening(await readStartWindow(ctx, campaign), now);
  if (!nextRunAt) throw refusal('Your sending window never opens', 'Gönderim saatleriniz hiç açılmıyor');
  await ctx.db
    .update(campaigns)
    .set({ status: 'pending', statusReason: null, nextRunAt, endedAt: null, settledAt: null, updatedAt: now })
    .where(eq(campaigns.id, campaign.id));
  if (nextRunAt <= now) await ctx.jobs.send(startCampaignJob, { campaignId: campaign.id });
}

const refusal = (en: string, tr: string): Problem => new Problem('conflict', { detail: { en, tr } });
