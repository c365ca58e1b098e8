import { and, eq, sql } from 'drizzle-orm';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { type AppContext, actFor, inTransaction } from '#src/context.ts';
import { campaigns } from '#src/db/schema/campaigns.ts';
import { wakeLanes } from '#src/instances/wake-lanes.ts';
import { readSendingRules } from '#src/windows/read-sending-rules.ts';
import { isOpenAt, nextOpening } from '#src/windows/sending-window.ts';
import { publishProgress } from './publish-moves.ts';

/**
 * Runs a pending campaign whose time has come, also one whose time passed while nobody looked; outside the window it waits
 * for the next opening. Any number of calls start it once.
 */
export const startCampaign = (ctx: AppContext, campaignId: string): Promise<void> =>
  inTransaction(ctx, async (ctx) => {
    const now = ctx.clock.now();
    const [campaign] = await ctx.db
      .select()
      .from(campaigns)
      .where(
        and(
          eq(campaigns.id, campaignId),
          eq(campaigns.status, 'pending'),
          sql`${campaigns.nextRunAt} <= ${now.toISOString()}::timestamptz`,
        ),
      )
      .for('no key update', { skipLocked: true });
    if (!campaign) return;
    const { window } = await readSendingRules(ctx, campaign.userId);
    const update = isOpenAt(window, now)
      ? { status: 'running' as const, statusReason: null, nextRunAt: null, startedAt: campaign.startedAt ?? now }
      : { statusReason: 'outside-sending-window', nextRunAt: nextOpening(window, now) };
    const instanceId = await livingInstance(ctx, campaign);
    await ctx.db
      .update(campaigns)
      .set({ ...update, instanceId, updatedAt: now })
      .where(eq(campaigns.id, campaignId));
    if (update.status) {
      await recordActivity(actFor(ctx, campaign), {
        verb: 'campaigns.start',
        subjectType: 'campaign',
        subjectId: campaignId,
      });
      await wakeLanes(ctx, [instanceId]);
    }
    await publishProgress(ctx, [campaignId]);
  });

/** The campaign's instance; where that was deleted, the one its user has now. */
async function livingInstance(
  ctx: AppContext,
  campaign: { instanceId: string | null; userId: string },
): Promise<string> {
  const [found] = await ctx.db.execute<{ id: string }>(sql`
    select id from instances where user_id = ${campaign.userId} and deleted_at is null and deleting_at is null
    order by (id = ${campaign.instanceId}) desc, id desc limit 1`);
  return found?.id ?? campaign.instanceId!;
}
