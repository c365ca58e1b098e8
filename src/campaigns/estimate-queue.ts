import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { passage } from '#src/instances/breaker.ts';
import { estimateEnds, type Workload } from '#src/windows/pace.ts';
import { dailyLimit } from '#src/windows/pacing.ts';
import { readSendingRules, type SendingRules } from '#src/windows/read-sending-rules.ts';
import type { DueLane } from './lane.ts';
import { readLanes } from './read-lanes.ts';
import { capsOf, readUsages } from './read-usages.ts';

/** A campaign in a lane's queue, as far as its end depends on it. */
export type Queued = {
  id: string;
  userId: string;
  /** When it may go on. */
  from: Date;
  startAt: Date;
  messages: number;
  cold: number;
  delay: { minSeconds: number; maxSeconds: number } | null;
};

/**
 * When each campaign that runs or waits on a number will have ended, were nothing to come between: by its window, delays, caps,
 * warm-up and pauses, what was sent already, and the campaigns before it. Null: not within a year. `more`: one that is only thought of. `only`: so
 * many messages of that campaign.
 */
export async function estimateQueue(
  ctx: AppContext,
  instanceId: string,
  more: Queued[] = [],
  only?: { id: string; messages: number },
): Promise<Map<string, Date | null>> {
  const queue = [...(await readQueue(ctx, instanceId)), ...more].sort(inOrder);
  const [lane = null] = await readLanes(ctx, sql`where l.instance_id = ${instanceId}`);
  const rules = await readRules(ctx, queue);
  await countCold(ctx, queue, rules);
  const cut = queue.find(({ id }) => id === only?.id);
  if (cut && only) Object.assign(cut, { messages: only.messages, cold: Math.min(cut.cold, only.messages) });
  const first = queue[0] && rules.get(queue[0].userId)!;
  if (!first) return new Map();
  const now = ctx.clock.now();
  const numberSince = lane?.numberSinceAt ?? null;
  const [sent] = await readUsages(ctx, [
    { instanceId, caps: capsOf(first, numberSince, now), timeZone: first.timeZone },
  ]);
  const works = queue.map((campaign) => toWork(campaign, rules.get(campaign.userId)!, numberSince));
  const ends = estimateEnds(works, notBefore(lane, now), sent!);
  return new Map(queue.map(({ id }, index) => [id, ends[index]!]));
}

/** The lane takes the campaign that started first among those that may run. */
const inOrder = (a: Queued, b: Queued): number =>
  a.from.getTime() - b.from.getTime() || a.startAt.getTime() - b.startAt.getTime() || (a.id < b.id ? -1 : 1);

function notBefore(lane: DueLane | null, now: Date): Date {
  const way = passage(lane?.health.all ?? null, now);
  const shutUntil = way.kind === 'shut' ? way.until.getTime() : 0;
  return new Date(Math.max(now.getTime(), lane?.nextAllowedAt?.getTime() ?? 0, shutUntil));
}

function toWork(campaign: Queued, rules: SendingRules, numberSince: Date | null): Workload {
  const floor = rules.delayFloorSeconds;
  const { pacing } = rules;
  return {
    from: campaign.from,
    messages: campaign.messages,
    cold: campaign.cold,
    delayMin: Math.max(campaign.delay?.minSeconds ?? rules.delayMinSeconds, floor),
    delayMax: Math.max(campaign.delay?.maxSeconds ?? rules.delayMaxSeconds, floor),
    window: rules.startWindow,
    dailyCap: (at) => dailyLimit(rules, numberSince, at)?.limit ?? null,
    hourlyCap: pacing.hourlyCap,
    coldDailyCap: pacing.coldDailyCap,
    pauseEvery: pacing.pauseEvery,
  };
}

async function readRules(ctx: AppContext, queue: Queued[]): Promise<Map<string, SendingRules>> {
  const users = [...new Set(queue.map(({ userId }) => userId))];
  return new Map(await Promise.all(users.map(async (id) => [id, await readSendingRules(ctx, id)] as const)));
}

/** More strangers than this do not go out within a year under any cap worth the name, so no more are counted. */
const MOST_COLD = 20_000;

/** Fills in how many were never written with before, where that makes a difference. */
async function countCold(ctx: AppContext, queue: Queued[], rules: Map<string, SendingRules>): Promise<void> {
  const capped = queue.filter(({ userId }) => rules.get(userId)!.pacing.coldDailyCap !== null);
  if (capped.length === 0) return;
  const rows = await ctx.db.execute<{ id: string; cold: number }>(sql`
    select c.id, (select count(*)::int from (
      select from campaign_recipients r where r.campaign_id = c.id and r.status = 'queued' and r.cold and r.next_part = 1 limit ${MOST_COLD}
    ) cold) as cold
    from unnest(${sql.param(capped.map(({ id }) => id))}::uuid[]) c(id)`);
  const counts = new Map(rows.map((row) => [row.id, row.cold]));
  for (const campaign of capped) campaign.cold = Math.max(campaign.cold, counts.get(campaign.id) ?? 0);
}

type Row = {
  id: string;
  user_id: string;
  status: 'pending' | 'running';
  start_at: string;
  next_run_at: string | null;
  messages: number;
  delay_min: number | null;
  delay_max: number | null;
};

async function readQueue(ctx: AppContext, instanceId: string): Promise<Queued[]> {
  const now = ctx.clock.now();
  const rows = await ctx.db.execute<Row>(sql`
    select c.id, c.user_id, c.status, c.start_at, c.next_run_at, (p.queued_count + p.sending_count) * c.messages_per_recipient as messages,
      c.delay_min_seconds as delay_min, c.delay_max_seconds as delay_max
    from campaigns c join campaign_progress p on p.campaign_id = c.id
    where c.instance_id = ${instanceId} and c.status in ('pending', 'running')`);
  return rows.map((row) => ({
    id: row.id,
    userId: row.user_id,
    from: row.status === 'running' ? now : new Date(row.next_run_at ?? row.start_at),
    startAt: new Date(row.start_at),
    messages: Number(row.messages),
    cold: 0,
    delay: row.delay_min === null ? null : { minSeconds: row.delay_min, maxSeconds: row.delay_max! },
  }));
}
