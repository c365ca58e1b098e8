import { and, sql } from 'drizzle-orm';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { endCampaign } from '#src/campaigns/end-campaign.ts';
import { lockCampaign } from '#src/campaigns/lock-campaign.ts';
import { type AppContext, actFor, inTransaction } from '#src/context.ts';
import { campaigns } from '#src/db/schema/campaigns.ts';
import { countDeleted } from './count-deleted.ts';
import type { Deletion } from './deletion.ts';
import { isTheirs } from './is-theirs.ts';

const REASON = { status: 'cancelled', statusReason: 'user-removed', skipReason: 'campaign-cancelled' } as const;

/** Cancels what has not ended, one campaign a transaction, and gives back what it holds for those it did not write to. */
export async function endCampaignsOf(app: AppContext, deletion: Deletion, signal: AbortSignal): Promise<boolean> {
  for (;;) {
    signal.throwIfAborted();
    const [next] = await app.db
      .select({ id: campaigns.id, userId: campaigns.userId })
      .from(campaigns)
      .where(and(sql`${campaigns.status} in ('pending', 'running', 'paused')`, isTheirs('campaigns', deletion)))
      .orderBy(campaigns.id)
      .limit(1);
    if (!next) return true;
    const ctx = actFor(app, { organizationId: deletion.organizationId, userId: next.userId });
    await inTransaction(ctx, async (ctx) => {
      const campaign = await lockCampaign(ctx, next.id);
      if (campaign.endedAt) return;
      const released = await endCampaign(ctx, campaign, REASON);
      const details = { released, reason: 'user-removed' };
      await recordActivity(ctx, { verb: 'campaigns.cancel', subjectType: 'campaign', subjectId: next.id, details });
      await countDeleted(ctx, deletion, 'cancelledCampaigns', 1);
    });
  }
}
