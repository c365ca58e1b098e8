import { sql } from 'drizzle-orm';
import type { Carrier } from '#src/channels/email/carrier.ts';
import type { AppContext } from '#src/context.ts';

/** What others send through the same account, and clocks that differ, want some room. */
const SHARE = 0.95;
/** Of a carrier that has a limit and does not say which: what SES allows at least. */
const CAUTIOUS_RATE = 1;

/**
 * Asks a carrier how fast it may be used, and how much of its day is gone, and has everybody keep to it. One that does not answer is used as
 * before; one never measured slowly.
 * @returns whether it has a rate.
 */
export async function measureCarrier(ctx: AppContext, carrier: Pick<Carrier, 'key' | 'quota'>): Promise<boolean> {
  const quota = await carrier.quota?.();
  if (!quota) return false;
  const now = sql`${ctx.clock.now().toISOString()}::timestamptz`;
  if (quota === 'unavailable') {
    ctx.log.warn({ carrier: carrier.key }, 'the carrier does not say how fast it may be used');
    await ctx.db.execute(sql`
      insert into carrier_rates (carrier, rate_per_second, filled_at) values (${carrier.key}, ${CAUTIOUS_RATE}, ${now})
      on conflict (carrier) do nothing`);
    return true;
  }
  const { dailyQuota, sentInDay } = quota;
  const rate = quota.ratePerSecond * SHARE;
  // who does not count is counted for, from midnight on (UTC)
  const sent = sentInDay ?? sql`case when r.quota_read_at::date = ${now}::date then r.sent_in_day else 0 end`;
  await ctx.db.execute(sql`
    insert into carrier_rates as r (carrier, rate_per_second, filled_at, daily_quota, sent_in_day, quota_read_at)
    values (${carrier.key}, ${rate}, ${now}, ${dailyQuota}, ${sentInDay ?? 0}, ${now})
    on conflict (carrier) do update set rate_per_second = ${rate}, daily_quota = ${dailyQuota}, sent_in_day = ${sent}, quota_read_at = ${now}`);
  return true;
}
