import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import type { Identity } from './require-identity.ts';

/** `since`: the day (UTC) of its first mail. */
export type WarmUp = { identityId: string; organizationId: string; since: string };

const DAY_MS = 86_400_000;
/** From 200 mails on the first day to 200,000 on the 42nd; after that as many as the carrier takes. */
const [FIRST, GROWTH, DAYS] = [200, 1000, 41];

/** Null: it sends as many a day as the carrier takes. */
export const warmUpOf = ({ id, organizationId, warmUpSince }: Identity): WarmUp | null =>
  warmUpSince === null ? null : { identityId: id, organizationId, since: warmUpSince };

/** How many mails an identity may send at `now`'s day; null: the warm-up is over. */
export function warmUpCap(since: string, now: Date): number | null {
  const day = Math.max(0, Math.floor((now.getTime() - new Date(`${since}T00:00:00Z`).getTime()) / DAY_MS));
  return day > DAYS ? null : Math.round(FIRST * GROWTH ** (day / DAYS));
}

export const nextWarmUpDay = (now: Date): Date => new Date((Math.floor(now.getTime() / DAY_MS) + 1) * DAY_MS);

/** Takes up to `want` mails of the identity's day, which all processes share. @returns how many. */
export async function takeWarmUp(ctx: AppContext, warmUp: WarmUp, want: number): Promise<number> {
  const now = ctx.clock.now();
  const cap = warmUpCap(warmUp.since, now);
  if (cap === null) return want;
  const { identityId, organizationId } = warmUp;
  await ctx.db.execute(sql`
    insert into identity_days (identity_id, organization_id, day) values (${identityId}, ${organizationId}, ${dayOf(now)})
    on conflict (identity_id, day) do nothing`);
  const [row] = await ctx.db.execute<{ taken: number }>(sql`
    with today as (
      select sent_count from identity_days where identity_id = ${identityId} and day = ${dayOf(now)} for update
    ), taken as (
      select greatest(0, least(${want}::int, ${cap}::int - sent_count)) as taken from today
    )
    update identity_days d set sent_count = d.sent_count + taken.taken from taken
    where d.identity_id = ${identityId} and d.day = ${dayOf(now)}
    returning taken.taken`);
  return row?.taken ?? 0;
}

/** What was taken and not sent. */
export async function giveBackWarmUp(ctx: AppContext, warmUp: WarmUp | null | undefined, count: number): Promise<void> {
  if (!warmUp || count <= 0) return;
  await ctx.db.execute(sql`
    update identity_days set sent_count = greatest(0, sent_count - ${count}::int)
    where identity_id = ${warmUp.identityId} and day = ${dayOf(ctx.clock.now())}`);
}

const dayOf = (at: Date): string => at.toISOString().slice(0, 10);
