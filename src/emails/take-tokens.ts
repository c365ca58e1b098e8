import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';

/** How many mails may be sent now, and if none, when to ask again. */
export type Grant = {
  count: number;
  waitMs: number;
  closed: { untilAt: Date; reason: 'carrier-unavailable' | 'carrier-quota' } | null;
};

/** The bucket holds half a second's worth, so that processes that start together do not burst. */
const BURST_SECONDS = 0.5;
const SHORTEST_WAIT_MS = 20;

/**
 * Takes up to `want` mails out of the carrier's bucket, which all processes share: it fills by the clock at the carrier's rate. Nothing while
 * the carrier is closed or its day is used up.
 */
export async function takeTokens(ctx: AppContext, carrier: string, want: number): Promise<Grant> {
  const at = ctx.clock.now();
  const now = sql`${at.toISOString()}::timestamptz`;
  const rate = sql`(r.rate_per_second * r.factor)`;
  const [row] = await ctx.db.execute<{
    granted: number;
    rate: number;
    closed_until_at: string | null;
    closed_reason: string | null;
  }>(sql`
    with bucket as (
      select r.carrier, ${rate} as rate,
        least(greatest(${rate} * ${BURST_SECONDS}, 1), r.tokens + greatest(extract(epoch from ${now} - r.filled_at), 0) * ${rate}) as level,
        case when r.closed_until_at > ${now} then r.closed_until_at end as closed_until_at, r.closed_reason,
        case when r.daily_quota is null then 2147483647 else greatest(r.daily_quota - r.sent_in_day, 0) end as day_left
      from carrier_rates r where r.carrier = ${carrier} for update
    ), taken as (
      select bucket.*, case when closed_until_at is null then least(${want}::int, floor(level)::int, day_left) else 0 end as granted from bucket
    )
    update carrier_rates r set tokens = taken.level - taken.granted, filled_at = greatest(r.filled_at, ${now}),
      sent_in_day = r.sent_in_day + taken.granted
    from taken where r.carrier = taken.carrier
    returning taken.granted, taken.rate, taken.closed_until_at, taken.closed_reason`);
  if (!row) return { count: want, waitMs: 0, closed: null };
  const closed = row.closed_until_at
    ? {
        untilAt: new Date(row.closed_until_at),
        reason: row.closed_reason === 'carrier-quota' ? ('carrier-quota' as const) : ('carrier-unavailable' as const),
      }
    : null;
  const waitMs = row.granted > 0 ? 0 : Math.max(SHORTEST_WAIT_MS, Math.ceil(1000 / Math.max(row.rate, 0.01)));
  return { count: row.granted, waitMs: Math.min(waitMs, 1000), closed };
}
