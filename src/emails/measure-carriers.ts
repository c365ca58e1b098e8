import { and, eq, isNotNull, sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { campaigns } from '#src/db/schema/campaigns.ts';
import { sendingIdentities } from '#src/db/schema/emails.ts';
import { measureCarrier } from './measure-carrier.ts';

/** Regained a minute after having been too fast: two hundredths of the full rate every ten seconds. */
const REGAINED = 0.12;
const QUIET_MS = 10_000;

/** Asks the platform's carrier, and the servers of identities that are in use, how fast they may be used; those that were slowed down speed up again. */
export async function measureCarriers(ctx: AppContext): Promise<void> {
  const own = await ctx.db
    .selectDistinct({ smtpUrlSealed: sendingIdentities.smtpUrlSealed })
    .from(sendingIdentities)
    .innerJoin(campaigns, eq(campaigns.identityId, sendingIdentities.id))
    .where(and(isNotNull(sendingIdentities.smtpUrlSealed), eq(campaigns.status, 'running')));
  const carriers = [ctx.carriers.own, ...own.map((identity) => ctx.carriers.of(identity))];
  for (const carrier of carriers) await measureCarrier(ctx, carrier);
  const quiet = sql`${new Date(ctx.clock.now().getTime() - QUIET_MS).toISOString()}::timestamptz`;
  await ctx.db.execute(sql`
    update carrier_rates set factor = least(1, factor + ${REGAINED})
    where factor < 1 and (throttled_at is null or throttled_at < ${quiet})`);
}
