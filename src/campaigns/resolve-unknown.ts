import { and, eq, sql } from 'drizzle-orm';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { campaignRecipients } from '#src/db/schema/campaigns.ts';
import { messages } from '#src/db/schema/messages.ts';
import { notFound, Problem } from '#src/platform/problem.ts';
import { confirmMails } from './confirm-mails.ts';
import { confirmMessages } from './confirm-messages.ts';
import { followRecipients } from './follow-recipients.ts';
import { giveUpMails } from './give-up-mails.ts';
import { lockCampaign } from './lock-campaign.ts';
import { publishProgress } from './publish-moves.ts';
import { reopenCampaign } from './reopen-campaign.ts';
import { requeueMails } from './requeue-mails.ts';
import { settleWhenDone } from './settle-when-done.ts';

export type Decision = 'retry' | 'give-up' | 'sent';

/**
 * A person decides about messages whose outcome could not be found out: `retry` sends them again, knowing that somebody may
 * get one twice; `give-up` counts them as failed and frees their credits; `sent`: he knows that they went out, and they are paid for.
 * One recipient, or all that wait for a decision.
 */
export const resolveUnknown = (ctx: OrgContext, campaignId: string, input: Input): Promise<void> =>
  inTransaction(ctx, async (ctx) => {
    const campaign = await lockCampaign(ctx, campaignId);
    if (input.decision === 'retry' && campaign.status === 'cancelled')
      throw new Problem('conflict', { detail: { en: 'The campaign was cancelled', tr: 'Kampanya iptal edilmiş' } });
    if (input.recipientId) await requireRecipient(ctx, campaignId, input.recipientId);
    const count =
      campaign.channel === 'email'
        ? await decideMails(ctx, campaignId, input)
        : input.decision === 'sent'
          ? await confirmMessages(ctx, campaign, input.recipientId)
          : await decideMessages(ctx, campaignId, input);
    if (count === 0)
      throw new Problem('conflict', {
        detail: { en: 'Nothing here waits for a decision', tr: 'Karar bekleyen bir mesaj yok' },
      });
    if (input.decision === 'retry') await reopenCampaign(ctx, campaign);
    await recordActivity(ctx, {
      verb: 'campaigns.resolve-unknown',
      subjectType: 'campaign',
      subjectId: campaignId,
      details: { decision: input.decision, count },
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

type Input = { decision: Decision; recipientId?: string };

function decideMails(ctx: OrgContext, campaignId: string, { decision, recipientId }: Input): Promise<number> {
  if (decision === 'retry') return requeueMails(ctx, campaignId, { which: 'unknown', recipientId });
  return (decision === 'sent' ? confirmMails : giveUpMails)(ctx, campaignId, recipientId);
}

async function decideMessages(ctx: OrgContext, campaignId: string, { decision, recipientId }: Input): Promise<number> {
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
  await followRecipients(
    ctx,
    rows.map((row) => row.recipientId!),
  );
  return rows.length;
}
