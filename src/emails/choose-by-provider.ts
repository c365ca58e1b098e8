import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import type { Lease } from './lease-batch.ts';
import { type MailProvider, providerOf } from './provider-of.ts';
import { countProviders, type ProviderCounts, type ProviderWarmUp, takeProviderWarmUp } from './provider-warm-up.ts';
import { inShare } from './subject-test.ts';
import { nextWarmUpDay } from './warm-up.ts';

/** `waiting`: how many of the batch are left for tomorrow, their provider's day being full. */
export type Choice = { recipientIds: string[]; taken: ProviderCounts; waiting: number };

/**
 * The next of a leased batch, in their order, as far as the days of their providers allow; whose provider's day is full waits for the next. What
 * is taken and not sent is to be given back.
 */
export async function chooseByProvider(
  ctx: AppContext,
  warmUp: ProviderWarmUp,
  lease: Lease,
  limit: number,
): Promise<Choice> {
  const due = await readDue(ctx, lease);
  const first = due.slice(0, limit);
  const wanted = countProviders(first.map(({ address }) => address));
  const taken = await takeProviderWarmUp(ctx, warmUp, wanted);
  const full = new Set([...wanted].filter(([provider, want]) => taken.get(provider)! < want).map(([name]) => name));
  const left = new Map(taken);
  const chosen = first.filter(({ address }) => takeOne(left, providerOf(address)));
  const ids = new Set(chosen.map(({ id }) => id));
  const waiting = due.filter(({ id, address }) => full.has(providerOf(address)) && !ids.has(id));
  await putOff(
    ctx,
    lease,
    waiting.map(({ id }) => id),
  );
  return { recipientIds: [...ids], taken, waiting: waiting.length };
}

function takeOne(left: ProviderCounts, provider: MailProvider): boolean {
  const count = left.get(provider) ?? 0;
  left.set(provider, count - 1);
  return count > 0;
}

type Due = { id: string; address: string };

const readDue = (ctx: AppContext, { campaignId, batch }: Lease): Promise<Due[]> =>
  ctx.db.execute<Due>(sql`
    select r.id, r.address from campaign_recipients r
    left join subject_tests t on t.campaign_id = r.campaign_id and t.winner is null
    where r.campaign_id = ${campaignId} and r.batch = ${batch} and r.status = 'queued'
      and (r.next_attempt_at is null or r.next_attempt_at <= ${ctx.clock.now().toISOString()}::timestamptz)
      and (t.campaign_id is null or ${inShare(sql`r.bucket`, sql`t.share_percent`)})
    order by r.position`);

async function putOff(ctx: AppContext, { campaignId, batch, fence }: Lease, ids: string[]): Promise<void> {
  if (ids.length === 0) return;
  const tomorrow = nextWarmUpDay(ctx.clock.now()).toISOString();
  await ctx.db.execute(sql`
    update campaign_recipients r set next_attempt_at = ${tomorrow}::timestamptz from email_batches b
    where b.campaign_id = ${campaignId} and b.batch = ${batch} and b.fence = ${fence}
      and r.id = any(${sql.param(ids)}::uuid[]) and r.status = 'queued'`);
}
