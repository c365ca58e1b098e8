import { and, eq, inArray, lte } from 'drizzle-orm';
import { type AppContext, inTransaction } from '#src/context.ts';
import { campaigns } from '#src/db/schema/campaigns.ts';
import { expireCampaign } from './expire-campaign.ts';

const AT_ONCE = 100;

/** Ends every campaign whose `validUntil` has come, each once; answers how many. */
export async function expireCampaigns(ctx: AppContext): Promise<number> {
  const over = and(
    inArray(campaigns.status, ['pending', 'running', 'paused']),
    lte(campaigns.validUntilAt, ctx.clock.now()),
  );
  const due = await ctx.db.select({ id: campaigns.id }).from(campaigns).where(over).limit(AT_ONCE);
  for (const { id } of due)
    await inTransaction(ctx, async (ctx) => {
      const [campaign] = await ctx.db
        .select()
        .from(campaigns)
        .where(and(eq(campaigns.id, id), over))
        .for('no key update', { skipLocked: true });
      if (campaign) await expireCampaign(ctx, campaign);
    });
  return due.length;
}
