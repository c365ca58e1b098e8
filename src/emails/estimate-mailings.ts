import { and, eq, inArray } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { carrierRates, identityDays, sendingIdentities } from '#src/db/schema/emails.ts';
import type { SendingWindow } from '#src/windows/sending-window.ts';
import { type MailingPace, mailingEnd } from './mailing-end.ts';
import type { Identity } from './require-identity.ts';
import { warmUpCap } from './warm-up.ts';

export type PlannedMailing = { id: string; identityId: string; mails: number; from: Date; window: SendingWindow };

/** Mails a second where the carrier has not said its rate. */
const USUAL_RATE = 100;

/**
 * When each of these mailings would be through, by itself: at its carrier's rate, inside its window, within the day's quota and the warm-up
 * of its identity. Null: not within a year.
 */
export async function estimateMailings(ctx: AppContext, planned: PlannedMailing[]): Promise<Map<string, Date | null>> {
  if (planned.length === 0) return new Map();
  const identities = await ctx.db
    .select()
    .from(sendingIdentities)
    .where(inArray(sendingIdentities.id, [...new Set(planned.map(({ identityId }) => identityId))]));
  const paces = new Map(await Promise.all(identities.map(async (one) => [one.id, await readPace(ctx, one)] as const)));
  return new Map(
    planned.map(({ id, identityId, mails, from, window }) => {
      const pace = paces.get(identityId);
      if (!pace) return [id, null];
      const opensAt = pace.closedUntil && pace.closedUntil > from ? pace.closedUntil : from;
      return [id, mailingEnd(mails, opensAt, { ...pace, window })];
    }),
  );
}

type Pace = Omit<MailingPace, 'window'> & { closedUntil: Date | null };

async function readPace(ctx: AppContext, { id, warmUpSince, ...identity }: Identity): Promise<Pace> {
  const today = ctx.clock.now().toISOString().slice(0, 10);
  const { key } = ctx.carriers.of(identity);
  const [known] = await ctx.db.select().from(carrierRates).where(eq(carrierRates.carrier, key));
  const [warm] = await ctx.db
    .select()
    .from(identityDays)
    .where(and(eq(identityDays.identityId, id), eq(identityDays.day, today)));
  const quota = known?.dailyQuota ?? Number.POSITIVE_INFINITY;
  return {
    ratePerSecond: known ? known.ratePerSecond * known.factor : USUAL_RATE,
    closedUntil: known?.closedUntilAt ?? null,
    dayLimit(at) {
      const isToday = at.toISOString().startsWith(today);
      const cap = (warmUpSince === null ? null : warmUpCap(warmUpSince, at)) ?? Number.POSITIVE_INFINITY;
      const used = isToday ? { quota: known?.sentInDay ?? 0, cap: warm?.sentCount ?? 0 } : { quota: 0, cap: 0 };
      return Math.max(0, Math.min(quota - used.quota, cap - used.cap));
    },
  };
}
