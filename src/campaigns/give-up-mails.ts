import { and, eq } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { campaignRecipients } from '#src/db/schema/campaigns.ts';

/** Counts an email campaign's recipients of unknown outcome, or one of them, as failed. Answers how many. */
export async function giveUpMails(ctx: OrgContext, campaignId: string, recipientId?: string): Promise<number> {
  const given = await ctx.db
    .update(campaignRecipients)
    .set({ status: 'failed', statusReason: 'given-up', updatedAt: ctx.clock.now() })
    .where(
      and(
        eq(campaignRecipients.campaignId, campaignId),
        eq(campaignRecipients.status, 'unknown'),
        recipientId ? eq(campaignRecipients.id, recipientId) : undefined,
      ),
    )
    .returning({ id: campaignRecipients.id });
  return given.length;
}
