import { and, asc, eq, sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { campaignProgress, campaigns } from '#src/db/schema/campaigns.ts';
import { readSendingRules, type SendingRules } from '#src/windows/read-sending-rules.ts';
import { isOpenAt, nextOpening } from '#src/windows/sending-window.ts';
import type { Campaign } from './campaign.ts';
import type { DueLane } from './lane.ts';
import { localMidnight } from './local-midnight.ts';
import { publishProgress } from './publish-moves.ts';

export type Admission = { campaign: Campaign; rules: SendingRules };

/**
 * Which campaign the lane may send for now. `'none'` may; `'locked'`: somebody is changing it, ask again at once. Fails closed: without an open instance, for a banned user,
 * outside the window or over the daily cap its campaigns wait, each with the reason.
 */
export async function admitLane(ctx: AppContext, lane: DueLane): Promise<Admission | 'none' | 'locked'> {
  const campaign = await oldestRunning(ctx, lane);
  if (typeof campaign === 'string') return campaign;
  if (lane.userBanned) return wait(ctx, lane, { status: 'paused', statusReason: 'user-banned' });
  if (!lane.instanceOpen) return wait(ctx, lane, { statusReason: 'instance-not-open' });
  const rules = await readSendingRules(ctx, campaign.userId);
  const now = ctx.clock.now();
  if (!isOpenAt(rules.window, now))
    return wait(ctx, lane, { ...until(nextOpening(rules.window, now)), statusReason: 'outside-sending-window' });
  if (rules.dailyCap !== null && (await sentToday(ctx, lane, rules)) >= rules.dailyCap) {
    const tomorrow = localMidnight(now, rules.timeZone, 1);
    return wait(ctx, lane, { ...until(nextOpening(rules.window, tomorrow)), statusReason: 'daily-cap-reached' });
  }
  if (campaign.statusReason)
    await ctx.db.update(campaigns).set({ statusReason: null }).where(eq(campaigns.id, campaign.id));
  return { campaign, rules };
}

/** Share-locked, so that it can be neither paused nor cancelled between here and the claim's commit. */
async function oldestRunning(ctx: AppContext, lane: DueLane): Promise<Campaign | 'none' | 'locked'> {
  const [next] = await ctx.db
    .select({ id: campaigns.id })
    .from(campaigns)
    .innerJoin(campaignProgress, eq(campaignProgress.campaignId, campaigns.id))
    .where(
      and(
        eq(campaigns.instanceId, lane.instanceId),
        eq(campaigns.status, 'running'),
        sql`${campaignProgress.queuedCount} + ${campaignProgress.sendingCount} > 0`,
      ),
    )
    .orderBy(asc(campaigns.startAt), asc(campaigns.id))
    .limit(1);
  if (!next) return 'none';
  const [campaign] = await ctx.db
    .select()
    .from(campaigns)
    .where(and(eq(campaigns.id, next.id), eq(campaigns.status, 'running')))
    .for('share', { skipLocked: true });
  return campaign ?? 'locked';
}

const until = (nextRunAt: Date | null) => ({ status: 'pending' as const, nextRunAt });

type Waiting = { status?: 'pending' | 'paused'; nextRunAt?: Date | null; statusReason: string };

/** Puts every running campaign of the lane into waiting. */
async function wait(ctx: AppContext, lane: DueLane, waiting: Waiting): Promise<'none'> {
  const changed = await ctx.db
    .update(campaigns)
    .set({ ...waiting, updatedAt: ctx.clock.now() })
    .where(
      and(
        eq(campaigns.instanceId, lane.instanceId),
        eq(campaigns.status, 'running'),
        waiting.status ? undefined : sql`${campaigns.statusReason} is distinct from ${waiting.statusReason}`,
      ),
    )
    .returning({ id: campaigns.id });
  if (changed.length > 0)
    await publishProgress(
      ctx,
      changed.map(({ id }) => id),
    );
  return 'none';
}

async function sentToday(ctx: AppContext, lane: DueLane, { timeZone, dailyCap }: SendingRules): Promise<number> {
  const since = localMidnight(ctx.clock.now(), timeZone);
  const [row] = await ctx.db.execute<{ count: number }>(sql`
    select count(*)::int as count from (
      select 1 from messages where instance_id = ${lane.instanceId} and sent_at >= ${since.toISOString()}::timestamptz limit ${dailyCap}
    ) sent`);
  return row!.count;
}
