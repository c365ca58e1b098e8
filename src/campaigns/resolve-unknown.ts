import { and, eq, sql } from 'drizzle-orm';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { adjustHold } from '#src/credits/adjust-hold.ts';
import { campaignRecipients, campaigns } from '#src/db/schema/campaigns.ts';
import { creditHolds } from '#src/db/schema/credits.ts';
import { messages } from '#src/db/schema/messages.ts';
import { notFound, Problem } from '#src/platform/problem.ts';
import { type Campaign, hasEnded } from './campaign.ts';
import { followRecipients } from './follow-recipients.ts';
import { startCampaignJob } from './jobs.ts';
import { lockCampaign } from './lock-campaign.ts';
import { publishProgress } from './publish-moves.ts';
import { settleWhenDone } from './settle-when-done.ts';

export type Decision = 'retry' | 'give-up';

/**
 * A person decides about messages whose outcome could not be found out: `retry` sends them again, knowing that somebody may
 * get one twice; `give-up` counts them as failed and frees their credits. One recipient, or all that wait for a decision.
 */
export const resolveUnknown = (
  ctx: OrgContext,
  campaignId: string,
  input: { decision: Decision; recipientId?: string },
): Promise<void> =>
  inTransaction(ctx, async (ctx) => {
    const campaign = await lockCampaign(ctx, campaignId);
    if (input.decision === 'retry' && campaign.status === 'cancelled')
      throw new Problem('conflict', { detail: { en: 'The campaign was cancelled', tr: 'Kampanya iptal edilmiş' } });
    if (input.recipientId) await requireRecipient(ctx, campaignId, input.recipientId);
    const recipientIds = await decide(ctx, campaignId, input);
    if (recipientIds.length === 0)
      throw new Problem('conflict', {
        detail: { en: 'Nothing here waits for a decision', tr: 'Karar bekleyen bir mesaj yok' },
      });
    await followRecipients(ctx, recipientIds);
    if (input.decision === 'retry' && hasEnded(campaign.status)) await reopen(ctx, campaign, recipientIds.length);
    await recordActivity(ctx, {
      verb: 'campaigns.resolve-unknown',
      subjectType: 'campaign',
      subjectId: campaignId,
      details: { decision: input.decision, count: recipientIds.length },
    });
    await settleWhenDone(ctx, campaignId);
    await publishProgress(ctx, [campaignId]);
  });

async function requireRecipient(ctx: OrgContext, campaignId: string, recipientId: string): Promise<void> {
  const [row] = await ctx.db
    .select({ id: campaignRecipients.id })
    .from(campaignRecipients)
    .where(and(eq(campaignRecipients.id, recipientId), eq(campaignRecipients.campaignId, campaignId)));
  if (!row) throw notFound();
}

async function decide(
  ctx: OrgContext,
  campaignId: string,
  { decision, recipientId }: { decision: Decision; recipientId?: string },
): Promise<string[]> {
  const now = ctx.clock.now();
  const set =
    decision === 'retry'
      ? { status: 'queued' as const, statusReason: null, dispatchedAt: null, reconcileTries: 0 }
      : { status: 'failed' as const, statusReason: 'given-up', failedAt: now };
  const rows = await ctx.db
    .update(messages)
    .set({ ...set, updatedAt: now })
    .where(
      and(
        eq(messages.campaignId, campaignId),
        eq(messages.status, 'unknown'),
        sql`${messages.reconcileAt} is null`,
        recipientId ? eq(messages.recipientId, recipientId) : undefined,
      ),
    )
    .returning({ recipientId: messages.recipientId });
  return rows.map((row) => row.recipientId!);
}

/** An ended campaign goes on for those; their credits are still held, or are held again. */
async function reopen(ctx: OrgContext, campaign: Campaign, count: number): Promise<void> {
  const now = ctx.clock.now();
  const [hold] = await ctx.db.select().from(creditHolds).where(eq(creditHolds.campaignId, campaign.id));
  const left = hold ? hold.heldCredits - hold.capturedCredits - hold.releasedCredits : 0;
  const needed = count * campaign.messagesPerRecipient;
  if (left < needed) await adjustHold(ctx, { campaignId: campaign.id, addCredits: needed - left, reopen: true });
  await ctx.db
    .update(campaigns)
    .set({ status: 'pending', statusReason: null, nextRunAt: now, endedAt: null, settledAt: null, updatedAt: now })
    .where(eq(campaigns.id, campaign.id));
  await ctx.jobs.send(startCampaignJob, { campaignId: campaign.id });
}
