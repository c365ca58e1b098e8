import { sql } from 'drizzle-orm';
import type { Carrier } from '#src/channels/email/carrier.ts';
import type { AppContext } from '#src/context.ts';
import { measureCarrier } from './measure-carrier.ts';

/** How many mails may be sent now, and if none, when to ask again. */
export type Grant = {
  count: number;
  waitMs: number;
  closed: { untilAt: Date; reason: 'carrier-unavailable' | 'carrier-quota' } | null;
};

/** The bucket holds half a second's worth, so that processes that start together do not burst. */
const BURST_SECONDS = 0.5;
const SHORTEST_WAIT_MS = 20;

/** A day that is used up gives way to the next by the hour: it is looked at again. */
const FULL_DAY_MS = 15 * 60_000;

/**
 * Takes up to `want` mails out of the carrier's bucket, which all processes share: it fills by the clock at the carrier's rate. Nothing while
 * the carrier is closed or its day is used up. A carrier that has a rate is asked for it before its first mail.
 */
export async function takeTokens(
  ctx: AppContext,
  carrier: Pick<Carrier, 'key' | 'quota'>,
  want: number,
): Promise<Grant> {
  const known = await take(ctx, carrier.key, want);
  if (known) return known;
  const granted = (await measureCarrier(ctx, carrier)) ? await take(ctx, carrier.key, want) : null;
  return granted ?? { count: want, waitMs: 0, closed: null };
}

/** Null: nothing is known of the carrier. */
async function take(ctx: AppContext, carrier: string, want: number): Promise<Grant | null> {
  const at = ctx.clock.now();
  const now = sql`${at.toISOString()}::timestamptz`;
  const rate = sql`(r.rate_per_second * r.factor)`;
  const [row] = await ctx.db.execute<{
    granted: number;
    rate: number;
    closed_until_at: string | null;
    closed_reason: string | null;
    day_left: number;
  }>(sql`
    with bucket as (
      select r.carrier, ${rate} as rate,
        least(greatest(${rate} * ${BURST_SECONDS}, 1), r.tokens + greatest(extract(epoch from ${now} - r.filled_at), 0) * ${rate}) as level,
        case when r.closed_until_at > ${now} then r.closed_until_at end as closed_until_at, r.closed_reason,
        case when r.daily_quota is null then 2147483647 else greatest(r.daily_quota - r.sent_in_day, 0) end as day_left
      from carrier_rates r where r.carrier = ${carrier} for update
    ), taken as (
      select bucket.*, case when closed_until_at is null then greatest(0, least(${want}::int, floor(level)::int, day_left)) else 0 end as granted from bucket
    )
    update carrier_rates r set tokens = taken.level - taken.granted, filled_at = greatest(r.filled_at, ${now}),
      sent_in_day = r.sent_in_day + taken.granted
    from taken where r.carrier = taken.carrier
    returning taken.granted, taken.rate, taken.closed_until_at, taken.closed_reason, taken.day_left`);
  if (!row) return null;
  const waitMs = row.granted > 0 ? 0 : Math.max(SHORTEST_WAIT_MS, Math.ceil(1000 / Math.max(row.rate, 0.01)));
  return { count: row.granted, waitMs: Math.min(waitMs, 1000), closed: closedOf(row, ctx) };
}

function closedOf(
  row: { closed_until_at: string | null; closed_reason: string | null; day_left: number },
  { clock, config }: AppContext,
): Grant['closed'] {
  if (row.closed_until_at) {
    const reason = row.closed_reason === 'carrier-quota' ? 'carrier-quota' : 'carrier-unavailable';
    return { untilAt: new Date(row.closed_until_at), reason };
  }
  if (row.day_left > 0) return null;
  return { untilAt: new Date(clock.now().getTime() + FULL_DAY_MS / config.recoverySpeed), reason: 'carrier-quota' };
}
