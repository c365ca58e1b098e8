import { and, eq, sql } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { campaignRecipients } from '#src/db/schema/campaigns.ts';

/** Counts an email campaign's recipients of unknown outcome, or one of them, as sent, on a person's word. Answers how many. */
export async function confirmMails(ctx: OrgContext, campaignId: string, recipientId?: string): Promise<number> {
  const now = ctx.clock.now();
  const confirmed = await ctx.db
    .update(campaignRecipients)
    .set({
      status: 'sent',
      statusReason: 'confirmed-by-user',
      sentAt: sql`coalesce(${campaignRecipients.dispatchedAt}, ${now.toISOString()}::timestamptz)`,
      updatedAt: now,
    })
    .where(
      and(
        eq(campaignRecipients.campaignId, campaignId),
        eq(campaignRecipients.status, 'unknown'),
        recipientId ? eq(campaignRecipients.id, recipientId) : undefined,
      ),
    )
    .returning({ id: campaignRecipients.id });
  return confirmed.length;
}
