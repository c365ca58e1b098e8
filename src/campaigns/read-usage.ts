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

/**
 * Counted from the messages themselves, so exact whatever crashed: those sent, and those that may have been. No query where
 * there is no cap, and no more rows read than the caps are high.
 */
export async function readUsage(ctx: AppContext, instanceId: string, caps: Caps, timeZone: string): Promise<Usage> {
  if (!caps.daily && caps.hourly === null && caps.cold === null)
    return { today: 0, coldToday: 0, lastHour: 0, hourFreeAt: null };
  const now = ctx.clock.now();
  const midnight = localMidnight(now, timeZone);
  const hourAgo = new Date(now.getTime() - HOUR_MS);
  const count = (since: Date, limit: number | null, more = sql``): SQL =>
    limit === null
      ? sql`0`
      : sql`(select count(*)::int from (select from messages m where ${outSince(instanceId, since)} ${more} limit ${limit}) out)`;
  const [row] = await ctx.db.execute<{ today: number; cold: number; hour: number; oldest: string | null }>(sql`
    select ${count(midnight, caps.daily?.limit ?? null)} as today, ${count(midnight, caps.cold, sql`and m.cold`)} as cold,
      ${count(hourAgo, caps.hourly)} as hour,
      ${caps.hourly === null ? sql`null` : nthNewest(instanceId, hourAgo, caps.hourly)} as oldest`);
  const { today, cold, hour, oldest } = row!;
  const hourFreeAt = oldest === null ? null : new Date(new Date(oldest).getTime() + HOUR_MS);
  return { today, coldToday: cold, lastHour: hour, hourFreeAt };
}

const outSince = (instanceId: string, since: Date): SQL => sql`
  m.instance_id = ${instanceId} and m.dispatched_at > ${since.toISOString()}::timestamptz and (m.sent_at is not null or m.status = 'unknown')`;

const nthNewest = (instanceId: string, since: Date, nth: number): SQL => sql`(
  select m.dispatched_at from messages m where ${outSince(instanceId, since)} order by m.dispatched_at desc offset ${nth - 1} limit 1)`;
