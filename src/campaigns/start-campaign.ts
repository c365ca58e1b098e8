import { and, eq, sql } from 'drizzle-orm';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { type AppContext, actFor, inTransaction } from '#src/context.ts';
import { campaigns } from '#src/db/schema/campaigns.ts';
import { startMailing } from '#src/emails/start-mailing.ts';
import { wakeLanes } from '#src/instances/wake-lanes.ts';
import { isOpenAt, nextOpening } from '#src/windows/sending-window.ts';
import { type Campaign, MISSED_START_HOURS } from './campaign.ts';
import { expireCampaign } from './expire-campaign.ts';
import { publishProgress } from './publish-moves.ts';
import { readStartWindow } from './read-start-window.ts';

/**
 * Runs a pending campaign whose time has come, also one whose time passed while nobody looked; outside the window it waits
 * for the next opening, a day late (a restored backup) for a person, and past its `validUntil` it ends. Any number of calls
 * start it once.
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
    if (campaign.validUntilAt && campaign.validUntilAt <= now) return expireCampaign(ctx, campaign);
    const update = await decide(ctx, campaign, now);
    const instanceId = campaign.channel === 'email' ? null : await livingInstance(ctx, campaign);
    await ctx.db
      .update(campaigns)
      .set({ ...update, instanceId, updatedAt: now })
      .where(eq(campaigns.id, campaignId));
    if (update.status)
      await recordActivity(actFor(ctx, campaign), {
        verb: update.status === 'running' ? 'campaigns.start' : 'campaigns.miss-start',
        subjectType: 'campaign',
        subjectId: campaignId,
      });
    if (update.status === 'running') await (instanceId ? wakeLanes(ctx, [instanceId]) : startMailing(ctx, campaign));
    await publishProgress(ctx, [campaignId]);
  });

type Decision = Pick<Campaign, 'statusReason' | 'nextRunAt'> & Partial<Pick<Campaign, 'status' | 'startedAt'>>;

async function decide(ctx: AppContext, campaign: Campaign, now: Date): Promise<Decision> {
  if (now.getTime() - campaign.nextRunAt!.getTime() > MISSED_START_HOURS * 3_600_000)
    return { status: 'paused', statusReason: 'start-missed', nextRunAt: null };
  const window = await readStartWindow(ctx, campaign);
  return isOpenAt(window, now)
    ? { status: 'running', statusReason: null, nextRunAt: null, startedAt: campaign.startedAt ?? now }
    : { statusReason: 'outside-sending-window', nextRunAt: nextOpening(window, now) };
}

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
