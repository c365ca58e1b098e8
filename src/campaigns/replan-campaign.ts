import { eq } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { adjustHold } from '#src/credits/adjust-hold.ts';
import { campaignProgress, campaigns } from '#src/db/schema/campaigns.ts';
import { Problem } from '#src/platform/problem.ts';
import { readSendingRules } from '#src/windows/read-sending-rules.ts';
import type { Campaign } from './campaign.ts';
import { planRecipients } from './plan-recipients.ts';
import type { Content } from './read-content.ts';

export type Replanned = { recipientCount: number; credits: number };

/**
 * Plans a campaign that never started anew, over its frozen recipients, and holds what that costs: 402 when it does not
 * suffice, 409 when nobody is left. No `content`: an email campaign, which costs nothing. Call it in the transaction that holds the campaign and makes the change.
 */
export async function replanCampaign(ctx: OrgContext, campaign: Campaign, content: Content | null): Promise<Replanned> {
  const [progress] = await ctx.db.select().from(campaignProgress).where(eq(campaignProgress.campaignId, campaign.id));
  const recipientCount = progress!.queuedCount;
  if (recipientCount === 0) throw new Problem('no-recipients');
  if (!content) return { recipientCount, credits: 0 };
  const { locale } = await readSendingRules(ctx, campaign.userId);
  const plan = await planRecipients(ctx, campaign.id, content, locale);
  const credits = recipientCount * plan.length;
  await adjustHold(ctx, { campaignId: campaign.id, heldCredits: credits });
  await ctx.db
    .update(campaigns)
    .set({ plan, messagesPerRecipient: plan.length, updatedAt: ctx.clock.now() })
    .where(eq(campaigns.id, campaign.id));
  return { recipientCount, credits };
}
