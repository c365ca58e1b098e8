import { and, eq, type SQL, sql } from 'drizzle-orm';
import { type Barred, barredSql } from '#src/accounts/barred-sql.ts';
import type { AppContext } from '#src/context.ts';
import { platformSettings, userSettings } from '#src/db/schema/accounts.ts';
import { campaigns } from '#src/db/schema/campaigns.ts';
import { type SendingRules, sendingRulesOf } from '#src/windows/read-sending-rules.ts';
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
  const oldest = await lockOldest(ctx, lane);
  if (typeof oldest === 'string') return oldest;
  if (lane.barred) return wait(ctx, lane, { status: 'paused', statusReason: lane.barred });
  if (!lane.instanceOpen) return wait(ctx, lane, { statusReason: 'instance-not-open' });
  if (oldest.barred) return pauseBarred(ctx, oldest.campaign, oldest.barred);
  const { campaign, rules } = oldest;
  const now = ctx.clock.now();
  if (!isOpenAt(rules.window, now))
    return wait(ctx, lane, { ...until(nextOpening(rules.window, now)), statusReason: 'outside-sending-window' });
  if (rules.dailyCap !== null && (await sentToday(ctx, lane, rules)) >= rules.dailyCap) {
    const tomorrow = localMidnight(now, rules.timeZone, 1);
    return wait(ctx, lane, { ...until(nextOpening(rules.window, tomorrow)), statusReason: 'daily-cap-reached' });
  }
  if (campaign.statusReason)
    await ctx.db.update(campaigns).set({ statusReason: null }).where(eq(campaigns.id, campaign.id));
  return oldest;
}

/** The oldest running campaign with somebody left, share-locked, so that it can be neither paused nor cancelled between here and the claim's commit. */
async function lockOldest(
  ctx: AppContext,
  lane: DueLane,
): Promise<(Admission & { barred: Barred | null }) | 'none' | 'locked'> {
  const oldest = oldestRunning(lane, ctx.clock.now());
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

const oldestRunning = (lane: DueLane, now: Date): SQL => sql`
  select c.id from campaigns c join campaign_progress p on p.campaign_id = c.id
  where c.instance_id = ${lane.instanceId} and c.status = 'running' and p.queued_count + p.sending_count > 0
    and (c.valid_until_at is null or c.valid_until_at > ${now.toISOString()}::timestamptz)
  order by c.start_at, c.id limit 1`;

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

/** Whose campaign this is may not send, though the lane is another's: the lane's other campaigns go on. */
async function pauseBarred(ctx: AppContext, { id }: Campaign, statusReason: Barred): Promise<'locked'> {
  await ctx.db
    .update(campaigns)
    .set({ status: 'paused', statusReason, updatedAt: ctx.clock.now() })
    .where(eq(campaigns.id, id));
  await publishProgress(ctx, [id]);
  return 'locked';
}

async function sentToday(ctx: AppContext, lane: DueLane, { timeZone, dailyCap }: SendingRules): Promise<number> {
  const since = localMidnight(ctx.clock.now(), timeZone);
  const [row] = await ctx.db.execute<{ count: number }>(sql`
    select count(*)::int as count from (
      select 1 from messages where instance_id = ${lane.instanceId} and sent_at >= ${since.toISOString()}::timestamptz limit ${dailyCap}
    ) sent`);
  return row!.count;
}
