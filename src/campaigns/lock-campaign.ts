import { and, eq } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { campaigns } from '#src/db/schema/campaigns.ts';
import { isUuid } from '#src/platform/cursor.ts';
import { notFound } from '#src/platform/problem.ts';
import type { Campaign } from './campaign.ts';

/** The organization's campaign, locked for the rest of the transaction. A claim that is under way is waited for. */
export async function lockCampaign(ctx: OrgContext, campaignId: string): Promise<Campaign> {
  if (!isUuid(campaignId)) throw notFound();
  const [campaign] = await ctx.db
    .select()
    .from(campaigns)
    .where(and(eq(campaigns.id, campaignId), eq(campaigns.organizationId, ctx.organizationId)))
    .for('no key update');
  if (!campaign || (ctx.role !== 'owner' && campaign.userId !== ctx.userId)) throw notFound();
  return campaign;
}
