import { type SQL, sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { dailyLimit } from '#src/windows/pacing.ts';
import type { SendingRules } from '#src/windows/read-sending-rules.ts';
import { localMidnight } from './local-midnight.ts';

/** What a number has sent, counted up to its caps. */
export type Usage = {
  /** On the local day. */
  today: number;
  /** First messages on the local day, to customers never written with before. */
  coldToday: number;
  /** In the last 60 minutes. */
  lastHour: number;
  /** When the hourly cap lets the next one through; null: it does not hold any back. */
  hourFreeAt: Date | null;
};
export type Caps = { daily: ReturnType<typeof dailyLimit>; hourly: number | null; cold: number | null };

const HOUR_MS = 3_600_000;

export const capsOf = (rules: SendingRules, numberSinceAt: Date | null, now: Date): Caps => ({
  daily: dailyLimit(rules, numberSinceAt, now),
  hourly: rules.pacing.hourlyCap,
  cold: rules.pacing.coldDailyCap,
});

/** A number, and how far it is counted. */
export type Counted = { instanceId: string; caps: Caps; timeZone: string };

const NOTHING: Usage = { today: 0, coldToday: 0, lastHour: 0, hourFreeAt: null };

/**
 * Counted from the messages themselves, so exact whatever crashed: those sent, and those that may have been. No query where
 * there is no cap, and no more rows read than the caps are high. Answers in the order of the question.
 */
export async function readUsages(ctx: AppContext, asked: Counted[]): Promise<Usage[]> {
  const capped = asked.filter(({ caps }) => caps.daily || caps.hourly !== null || caps.cold !== null);
  if (capped.length === 0) return asked.map(() => NOTHING);
  const usages = await countOut(ctx, capped);
  return asked.map(({ instanceId }) => usages.get(instanceId) ?? NOTHING);
}

type Row = { instance_id: string; today: number; cold: number; hour: number; oldest: string | null };

async function countOut(ctx: AppContext, capped: Counted[]): Promise<Map<string, Usage>> {
  const now = ctx.clock.now();
  const given = capped.map(({ instanceId, caps, timeZone }) => ({
    instance_id: instanceId,
    midnight: localMidnight(now, timeZone).toISOString(),
    daily: caps.daily?.limit ?? 0,
    cold: caps.cold ?? 0,
    hourly: caps.hourly ?? 0,
  }));
  const hourAgo = sql`${new Date(now.getTime() - HOUR_MS).toISOString()}::timestamptz`;
  const rows = await ctx.db.execute<Row>(sql`
    select a.instance_id, ${countOf(sql`a.midnight`, sql`a.daily`)} as today, ${countOf(sql`a.midnight`, sql`a.cold`, sql`and m.cold`)} as cold,
      ${countOf(hourAgo, sql`a.hourly`)} as hour,
      (select m.dispatched_at from messages m where a.hourly > 0 and ${outSince(hourAgo)}
        order by m.dispatched_at desc offset greatest(a.hourly - 1, 0) limit 1) as oldest
    from jsonb_to_recordset(${JSON.stringify(given)}::jsonb) as a(instance_id uuid, midnight timestamptz, daily int, cold int, hourly int)`);
  return new Map(rows.map((row) => [row.instance_id, toUsage(row)]));
}

const toUsage = ({ today, cold, hour, oldest }: Row): Usage => ({
  today,
  coldToday: cold,
  lastHour: hour,
  hourFreeAt: oldest === null ? null : new Date(new Date(oldest).getTime() + HOUR_MS),
});

const countOf = (since: SQL, limit: SQL, more = sql``): SQL =>
  sql`(select count(*)::int from (select from messages m where ${outSince(since)} ${more} limit ${limit}) out)`;

const outSince = (since: SQL): SQL =>
  sql`m.instance_id = a.instance_id and m.dispatched_at > ${since} and (m.sent_at is not null or m.status = 'unknown')`;
