import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';

const UNMEASURED_RATE = 50;
const SLOWER = 0.7;
const SLOWEST = 0.02;
/** Answers to mails that were on their way together count as one. */
const ONCE_IN_MS = 1000;

/** The carrier said that it was too fast: everybody sends through it at seven tenths of the rate, down to a fiftieth. */
export async function slowCarrier(ctx: AppContext, carrier: string): Promise<void> {
  const at = ctx.clock.now();
  const now = sql`${at.toISOString()}::timestamptz`;
  const before = sql`${new Date(at.getTime() - ONCE_IN_MS).toISOString()}::timestamptz`;
  await ctx.db.execute(sql`
    insert into carrier_rates as r (carrier, rate_per_second, factor, filled_at, throttled_at)
    values (${carrier}, ${UNMEASURED_RATE}, 1, ${now}, ${now})
    on conflict (carrier) do update set factor = greatest(r.factor * ${SLOWER}, ${SLOWEST}), tokens = 0, throttled_at = ${now}
    where r.throttled_at is null or r.throttled_at < ${before}`);
}
