import { eq } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { campaigns } from '#src/db/schema/campaigns.ts';
import { notFound } from '#src/platform/problem.ts';
import { requireOperator } from './require-operator.ts';

/** The admin, acting in the organization whose campaign it is: its activities and live events are that organization's. Throws `not-found`. */
export async function actOnCampaign(ctx: OrgContext, campaignId: string): Promise<OrgContext> {
  requireOperator(ctx);
  const [found] = await ctx.db
    .select({ organizationId: campaigns.organizationId })
    .from(campaigns)
    .where(eq(campaigns.id, campaignId));
  if (!found) throw notFound();
  return { ...ctx, organizationId: found.organizationId, role: 'owner' };
}
