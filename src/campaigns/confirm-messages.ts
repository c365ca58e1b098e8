import { and, eq, isNull, sql } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { campaigns } from '#src/db/schema/campaigns.ts';
import { messages } from '#src/db/schema/messages.ts';
import { type Campaign, hasEnded } from './campaign.ts';
import { partOf } from './part-of.ts';
import { recordAcceptances } from './record-acceptances.ts';
import { reopenCampaign } from './reopen-campaign.ts';

/**
 * Takes a person's word that messages of unknown outcome went out, in the transaction that holds their campaign: sent, and each one's
 * credit spent, once. Whoever still lacks a part gets it if the campaign may go on. Answers how many.
 */
export async function confirmMessages(ctx: OrgContext, campaign: Campaign, recipientId?: string): Promise<number> {
  const lost = await ctx.db
    .select()
    .from(messages)
    .where(
      and(
        eq(messages.campaignId, campaign.id),
        eq(messages.status, 'unknown'),
        isNull(messages.reconcileAt),
        recipientId ? eq(messages.recipientId, recipientId) : undefined,
      ),
    )
    .orderBy(messages.id)
    .for('no key update');
  if (lost.length === 0) return 0;
  await recordAcceptances(
    ctx,
    lost.map((message) => ({ ...partOf(message), fence: message.fence, providerMessageId: null })),
  );
  if (hasEnded(campaign.status) && (await isPartMissing(ctx, campaign))) await finish(ctx, campaign);
  return lost.length;
}

async function isPartMissing(ctx: OrgContext, { id }: Campaign): Promise<boolean> {
  const [waiting] = await ctx.db.execute(sql`
    select 1 from campaign_recipients where campaign_id = ${id} and status in ('queued', 'sending') limit 1`);
  return waiting !== undefined;
}

/** A completed campaign goes on; of any other, the settlement skips who waits for a part. */
async function finish(ctx: OrgContext, campaign: Campaign): Promise<void> {
  const { id, status, validUntilAt } = campaign;
  if (status === 'completed' && (validUntilAt === null || validUntilAt > ctx.clock.now()))
    await reopenCampaign(ctx, campaign);
  else await ctx.db.update(campaigns).set({ settledAt: null }).where(eq(campaigns.id, id));
}
