import { eq, type SQL, sql } from 'drizzle-orm';
import { type Barred, barredSql } from '#src/accounts/barred-sql.ts';
import type { AppContext } from '#src/context.ts';
import { userSettings } from '#src/db/schema/accounts.ts';
import { campaigns } from '#src/db/schema/campaigns.ts';
import { lanes } from '#src/db/schema/instances.ts';
import { platformSettings } from '#src/db/schema/platform.ts';
import { drawPause, drawUntilPause } from '#src/windows/pacing.ts';
import { type SendingRules, sendingRulesOf } from '#src/windows/read-sending-rules.ts';
import type { Campaign } from './campaign.ts';
import { findObstacles, type Way } from './find-obstacles.ts';
import { keepWaiting } from './keep-waiting.ts';
import type { DueLane } from './lane.ts';
import { oldestRunning } from './oldest-running.ts';
import { publishProgress } from './publish-moves.ts';
import type { Rest } from './rest-lanes.ts';

export type Admission = {
  lane: DueLane;
  campaign: Campaign;
  rules: SendingRules;
  way: Way;
  /** Messages left until the longer pause; null: no pauses. */
  untilPause: number | null;
};
type Oldest = { lane: DueLane; campaign: Campaign; rules: SendingRules; barred: Barred | null };

const ASK_AGAIN_MS = 250;

/**
 * Which campaign each lane may send for now; the others rest: those with nothing to send for good, those whose campaign somebody
 * is changing for a moment. Fails closed: while something stands in the way of a lane, its campaigns wait, each with the reason.
 */
export async function admitLanes(ctx: AppContext, due: DueLane[]): Promise<{ admitted: Admission[]; resting: Rest[] }> {
  const oldest = await lockOldest(ctx, due);
  const resting = await restOthers(ctx, due, oldest);
  const willing: Oldest[] = [];
  for (const one of oldest) {
    if (!one.barred || one.lane.barred || !one.lane.instanceOpen) willing.push(one);
    else resting.push(await pauseBarred(ctx, one, one.barred));
  }
  const ways = await findObstacles(ctx, willing);
  const admitted: Admission[] = [];
  for (const [index, one] of willing.entries()) {
    const found = await admit(ctx, one, ways[index]!);
    if ('dueAt' in found) resting.push(found);
    else admitted.push(found);
  }
  return { admitted, resting };
}

async function admit(ctx: AppContext, { lane, campaign, rules }: Oldest, way: Way): Promise<Admission | Rest> {
  if (way.obstacle) {
    await keepWaiting(ctx, eq(campaigns.instanceId, lane.instanceId), way.obstacle);
    return { lane, dueAt: way.obstacle.as === 'running' ? way.obstacle.until : null };
  }
  const pause = drawPauseOf(lane, rules, ctx.clock.now());
  if (pause.until) {
    await beginPause(ctx, lane, pause.until, pause.untilPause);
    return { lane, dueAt: pause.until };
  }
  if (campaign.statusReason)
    await ctx.db.update(campaigns).set({ statusReason: null, nextRunAt: null }).where(eq(campaigns.id, campaign.id));
  return { lane, campaign, rules, way, untilPause: pause.untilPause };
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

/** Of each lane the oldest running campaign with somebody left, share-locked, so that it can be neither paused nor cancelled between here and the claim's commit. */
async function lockOldest(ctx: AppContext, due: DueLane[]): Promise<Oldest[]> {
  if (due.length === 0) return [];
  const now = ctx.clock.now();
  const rows = await ctx.db
    .select({
      instanceId: sql<string>`due.instance_id`,
      campaign: campaigns,
      own: userSettings,
      platform: platformSettings,
      barred: sql<Barred | null>`${barredSql(now, sql`${campaigns.userId}`, sql`${campaigns.organizationId}`)}`,
    })
    .from(unnest(due))
    .crossJoinLateral(sql`(${oldestRunning(sql`due.instance_id`, now)}) as oldest`)
    .innerJoin(campaigns, sql`${campaigns.id} = oldest.id and ${campaigns.status} = 'running'`)
    .leftJoin(userSettings, eq(userSettings.userId, campaigns.userId))
    .leftJoin(platformSettings, eq(platformSettings.id, 1))
    .for('share', { of: campaigns, skipLocked: true });
  const laneOf = new Map(due.map((lane) => [lane.instanceId, lane]));
  return rows.map((row) => ({
    lane: laneOf.get(row.instanceId)!,
    campaign: row.campaign,
    rules: sendingRulesOf(ctx, row),
    barred: row.barred,
  }));
}

/** Lanes of which no campaign could be locked: somebody is changing it, ask again at once; or none has anything to send. */
async function restOthers(ctx: AppContext, due: DueLane[], oldest: Oldest[]): Promise<Rest[]> {
  const found = new Set(oldest.map(({ lane }) => lane));
  const others = due.filter((lane) => !found.has(lane));
  if (others.length === 0) return [];
  const now = ctx.clock.now();
  const locked = await ctx.db.execute<{ instance_id: string }>(
    sql`select due.instance_id from ${unnest(others)} cross join lateral (${oldestRunning(sql`due.instance_id`, now)}) as oldest`,
  );
  const busy = new Set(locked.map((row) => row.instance_id));
  const soon = new Date(now.getTime() + ASK_AGAIN_MS);
  return others.map((lane) => ({ lane, dueAt: busy.has(lane.instanceId) ? soon : null }));
}

const unnest = (due: DueLane[]): SQL =>
  sql`unnest(${sql.param(due.map(({ instanceId }) => instanceId))}::uuid[]) as due(instance_id)`;

/** Whose campaign this is may not send, though the lane is another's: the lane's other campaigns go on. */
async function pauseBarred(ctx: AppContext, { lane, campaign }: Oldest, statusReason: Barred): Promise<Rest> {
  const now = ctx.clock.now();
  await ctx.db
    .update(campaigns)
    .set({ status: 'paused', statusReason, updatedAt: now })
    .where(eq(campaigns.id, campaign.id));
  await publishProgress(ctx, [campaign.id]);
  return { lane, dueAt: new Date(now.getTime() + ASK_AGAIN_MS) };
}
