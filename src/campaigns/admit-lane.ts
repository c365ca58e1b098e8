import { and, eq, sql } from 'drizzle-orm';
import { type Barred, barredSql } from '#src/accounts/barred-sql.ts';
import type { AppContext } from '#src/context.ts';
import { platformSettings, userSettings } from '#src/db/schema/accounts.ts';
import { campaigns } from '#src/db/schema/campaigns.ts';
import { lanes } from '#src/db/schema/instances.ts';
import { drawPause, drawUntilPause } from '#src/windows/pacing.ts';
import { type SendingRules, sendingRulesOf } from '#src/windows/read-sending-rules.ts';
import type { Campaign } from './campaign.ts';
import { findObstacle, type Way } from './find-obstacle.ts';
import { keepWaiting } from './keep-waiting.ts';
import type { DueLane } from './lane.ts';
import { oldestRunning } from './oldest-running.ts';
import { publishProgress } from './publish-moves.ts';

export type Admission = {
  campaign: Campaign;
  rules: SendingRules;
  way: Way;
  /** Messages left until the longer pause; null: no pauses. */
  untilPause: number | null;
};
type Oldest = { campaign: Campaign; rules: SendingRules; barred: Barred | null };

/**
 * Which campaign the lane may send for now. `'none'`: none has anything to send; `'locked'`: somebody is changing it, ask again at
 * once. Fails closed: while something stands in the way, its campaigns wait, each with the reason, and the lane rests until then.
 */
export async function admitLane(
  ctx: AppContext,
  lane: DueLane,
): Promise<Admission | 'none' | 'locked' | { restUntil: Date | null }> {
  const oldest = await lockOldest(ctx, lane);
  if (typeof oldest === 'string') return oldest;
  const { campaign, rules } = oldest;
  if (oldest.barred && !lane.barred && lane.instanceOpen) return pauseBarred(ctx, campaign, oldest.barred);
  const way = await findObstacle(ctx, lane, rules);
  if (way.obstacle) {
    await keepWaiting(ctx, eq(campaigns.instanceId, lane.instanceId), way.obstacle);
    return { restUntil: way.obstacle.as === 'running' ? way.obstacle.until : null };
  }
  const pause = drawPauseOf(lane, rules, ctx.clock.now());
  if (pause.until) {
    await beginPause(ctx, lane, pause.until, pause.untilPause);
    return { restUntil: pause.until };
  }
  if (campaign.statusReason)
    await ctx.db.update(campaigns).set({ statusReason: null, nextRunAt: null }).where(eq(campaigns.id, campaign.id));
  return { campaign, rules, way, untilPause: pause.untilPause };
}

/** Every so many messages a longer pause, unless the lane has rested as long by itself. */
function drawPauseOf(lane: DueLane, { pacing }: SendingRules, now: Date): { until?: Date; untilPause: number | null } {
  const next = drawUntilPause(pacing, Math.random);
  if (next === null || lane.untilPause === null) return { untilPause: next };
  if (lane.untilPause > 0)
    return { untilPause: Math.min(lane.untilPause, Math.ceil(pacing.pauseEvery!.messages * 1.25)) };
  const rested = now.getTime() - (lane.nextAllowedAt?.getTime() ?? 0);
  if (rested >= pacing.pauseEvery!.minSeconds * 1000) return { untilPause: next };
  return { until: new Date(now.getTime() + drawPause(pacing, Math.random)), untilPause: next };
}

async function beginPause(ctx: AppContext, lane: DueLane, until: Date, untilPause: number | null): Promise<void> {
  await ctx.db.update(lanes).set({ nextAllowedAt: until, untilPause }).where(eq(lanes.instanceId, lane.instanceId));
}

/** The oldest running campaign with somebody left, share-locked, so that it can be neither paused nor cancelled between here and the claim's commit. */
async function lockOldest(ctx: AppContext, lane: DueLane): Promise<Oldest | 'none' | 'locked'> {
  const oldest = oldestRunning(lane.instanceId, ctx.clock.now());
  const [row] = await ctx.db
    .select({
      campaign: campaigns,
      own: userSettings,
      platform: platformSettings,
      barred: sql<Barred | null>`${barredSql(ctx.clock.now(), sql`${campaigns.userId}`, sql`${campaigns.organizationId}`)}`,
    })
    .from(campaigns)
    .leftJoin(userSettings, eq(userSettings.userId, campaigns.userId))
    .leftJoin(platformSettings, eq(platformSettings.id, 1))
    .where(and(sql`${campaigns.id} = (${oldest})`, eq(campaigns.status, 'running')))
    .for('share', { of: campaigns, skipLocked: true });
  if (row) return { campaign: row.campaign, rules: sendingRulesOf(ctx, row), barred: row.barred };
  return (await ctx.db.execute(oldest)).length === 0 ? 'none' : 'locked';
}

/** Whose campaign this is may not send, though the lane is another's: the lane's other campaigns go on. */
async function pauseBarred(ctx: AppContext, { id }: Campaign, statusReason: Barred): Promise<'locked'> {
  await ctx.db
    .update(campaigns)
    .set({ status: 'paused', statusReason, updatedAt: ctx.clock.now() })
    .where(eq(campaigns.id, id));
  await publishProgress(ctx, [id]);
  return 'locked';
}
