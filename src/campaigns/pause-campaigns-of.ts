import { and, eq, inArray } from 'drizzle-orm';
import { type AppContext, inTransaction } from '#src/context.ts';
import { campaigns } from '#src/db/schema/campaigns.ts';
import { publishProgress } from './publish-moves.ts';

/** Pauses everything a user has pending or running; answers the campaigns. Credits stay held. */
export const pauseCampaignsOf = (ctx: AppContext, userId: string, statusReason: string): Promise<string[]> =>
  inTransaction(ctx, async (ctx) => {
    const paused = await ctx.db
      .update(campaigns)
      .set({ status: 'paused', statusReason, nextRunAt: null, updatedAt: ctx.clock.now() })
      .where(and(eq(campaigns.userId, userId), inArray(campaigns.status, ['pending', 'running'])))
      .returning({ id: campaigns.id });
    const ids = paused.map(({ id }) => id);
    if (ids.length > 0) await publishProgress(ctx, ids);
    return ids;
  });
