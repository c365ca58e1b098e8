import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { type MailProvider, providerOf } from './provider-of.ts';
import type { Identity } from './require-identity.ts';

/** Mails on the first day, how many times as many on each that follows, and for how many days. */
export type Curve = { firstDay: number; growth: number; days: number };
export type Curves = Partial<Record<MailProvider, Curve | undefined>>;
export type ProviderWarmUp = { identityId: string; organizationId: string; since: string; curves: Curves };
export type ProviderCounts = Map<MailProvider, number>;

const DAY_MS = 86_400_000;

/** Null: no provider has a limit of its own. */
export const providerWarmUpOf = ({ id, organizationId, providerWarmUp }: Identity): ProviderWarmUp | null =>
  providerWarmUp && { identityId: id, organizationId, ...providerWarmUp };

/** Mails that may be sent to a provider's mailboxes at `now`'s day; null: as many as one likes. */
export function providerCap(since: string, curve: Curve | undefined, now: Date): number | null {
  const day = Math.max(0, Math.floor((now.getTime() - new Date(`${since}T00:00:00Z`).getTime()) / DAY_MS));
  if (!curve || day >= curve.days) return null;
  return Math.min(2_000_000_000, Math.round(curve.firstDay * curve.growth ** day));
}

/** Takes what is wanted of each provider's day, which all processes share. Answers how many of each. */
export async function takeProviderWarmUp(
  ctx: AppContext,
  { identityId, organizationId, since, curves }: ProviderWarmUp,
  wanted: ProviderCounts,
): Promise<ProviderCounts> {
  const now = ctx.clock.now();
  const limited = [...wanted].flatMap(([provider, want]) => {
    const cap = providerCap(since, curves[provider], now);
    return cap === null ? [] : [{ provider, want, cap }];
  });
  if (limited.length === 0) return wanted;
  const asked = sql`jsonb_to_recordset(${JSON.stringify(limited)}::jsonb) as w(provider text, want int, cap int)`;
  await ctx.db.execute(sql`
    insert into identity_provider_days (identity_id, organization_id, day, provider)
    select ${identityId}, ${organizationId}, ${dayOf(now)}, w.provider from ${asked} order by w.provider on conflict do nothing`);
  const rows = await ctx.db.execute<{ provider: MailProvider; taken: number }>(sql`
    with today as (
      select provider, sent_count from identity_provider_days
      where identity_id = ${identityId} and day = ${dayOf(now)} order by provider for update
    ), taken as (
      select w.provider, greatest(0, least(w.want, w.cap - today.sent_count)) as taken from ${asked} join today using (provider)
    )
    update identity_provider_days d set sent_count = d.sent_count + taken.taken from taken
    where d.identity_id = ${identityId} and d.day = ${dayOf(now)} and d.provider = taken.provider
    returning taken.provider, taken.taken`);
  return new Map([...wanted, ...rows.map(({ provider, taken }) => [provider, taken] as const)]);
}

/** What was taken and not sent. */
export async function giveBackProviderWarmUp(
  ctx: AppContext,
  warmUp: ProviderWarmUp | null | undefined,
  counts: ProviderCounts,
): Promise<void> {
  const back = [...counts].filter(([, count]) => count > 0).map(([provider, count]) => ({ provider, count }));
  if (!warmUp || back.length === 0) return;
  await ctx.db.execute(sql`
    update identity_provider_days d set sent_count = greatest(0, d.sent_count - b.count)
    from jsonb_to_recordset(${JSON.stringify(back)}::jsonb) as b(provider text, count int)
    where d.identity_id = ${warmUp.identityId} and d.day = ${dayOf(ctx.clock.now())} and d.provider = b.provider`);
}

export function countProviders(addresses: readonly string[]): ProviderCounts {
  const counts: ProviderCounts = new Map();
  for (const address of addresses) counts.set(providerOf(address), (counts.get(providerOf(address)) ?? 0) + 1);
  return counts;
}

const dayOf = (at: Date): string => at.toISOString().slice(0, 10);
