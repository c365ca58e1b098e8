import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';

/** Of a carrier of which nothing else is known. */
const UNMEASURED_RATE = 50;

/** The carrier takes nothing from anybody: it is asked again at `untilAt`. */
export async function closeCarrier(ctx: AppContext, carrier: string, untilAt: Date, reason: string): Promise<void> {
  const now = sql`${ctx.clock.now().toISOString()}::timestamptz`;
  const until = sql`${untilAt.toISOString()}::timestamptz`;
  await ctx.db.execute(sql`
    insert into carrier_rates as r (carrier, rate_per_second, filled_at, closed_until_at, closed_reason)
    values (${carrier}, ${UNMEASURED_RATE}, ${now}, ${until}, ${reason})
    on conflict (carrier) do update set closed_until_at = greatest(r.closed_until_at, ${until}), closed_reason = ${reason}`);
}
