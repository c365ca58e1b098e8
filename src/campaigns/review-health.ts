import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { breakerScopes } from '#src/db/schema/instances.ts';
import { type BreakerReason, type BreakerScope, judgeHealth, type LaneHealth, SAMPLE } from '#src/instances/breaker.ts';
import { closeBreaker } from '#src/instances/close-breaker.ts';
import { openBreaker } from '#src/instances/open-breaker.ts';
import { readWatched, type Watched } from './read-watched.ts';
import { resumeProbing } from './resume-probing.ts';

/**
 * Judges numbers by what became of their newest messages, and opens or closes their breakers. Any number of calls, in any
 * process, come to the same; what is missed is made good by the sweep's.
 */
export async function reviewHealth(ctx: AppContext, instanceIds: string[]): Promise<void> {
  const numbers = await readWatched(ctx, instanceIds, SAMPLE);
  for (const number of numbers) for (const scope of breakerScopes) await review(ctx, number, scope);
  await keepErrorRates(ctx, numbers);
}

async function review(ctx: AppContext, number: Watched, scope: BreakerScope): Promise<void> {
  const health = number.health.find((row) => row.scope === scope);
  const trouble = judge(ctx, number, health)[scope];
  if (health?.state === 'half-open') return reviewProbe(ctx, number, health);
  if (health?.state === 'open') {
    if (health.reason === 'acks-stalled' && !trouble) await closeBreaker(ctx, number, scope);
    return;
  }
  if (trouble && number.isOpen) await openBreaker(ctx, number, scope, trouble);
}

const judge = (ctx: AppContext, number: Watched, health?: LaneHealth) => {
  const watchFrom = health?.watchFromAt ?? null;
  const outcomes = number.outcomes.filter(({ at }) => !watchFrom || at > watchFrom);
  return judgeHealth(outcomes, number.connectedAt, ctx.clock.now());
};

/** The probe's ack closes the breaker, its failure or silence opens it for longer; one that never left is tried with another. */
async function reviewProbe(ctx: AppContext, number: Watched, health: LaneHealth): Promise<void> {
  const probe = number.probes.get(health.probeMessageId ?? '');
  const over = health.retryAt !== null && health.retryAt <= ctx.clock.now();
  if (probe === 'good') return closeBreaker(ctx, number, health.scope);
  if (probe === 'lost' || probe === 'refused') await reopen(ctx, number, health.scope);
  else if (!probe) await resumeProbing(ctx, number, health);
  else if (over) await reopen(ctx, number, health.scope);
}

const reopen = (ctx: AppContext, number: Watched, scope: BreakerScope): Promise<boolean> =>
  openBreaker(ctx, number, scope, 'probe-failed' satisfies BreakerReason);

/** What `GET /v1/instances/{id}` shows. Written only where it changed. */
async function keepErrorRates(ctx: AppContext, numbers: Watched[]): Promise<void> {
  const now = ctx.clock.now();
  const rates = numbers.flatMap((number) => {
    const health = number.health.find(({ scope }) => scope === 'all');
    const { errorRate } = judge(ctx, number, health);
    if ((health?.errorRate ?? null) === (errorRate === null ? null : Math.fround(errorRate))) return [];
    return [{ instance_id: number.instanceId, organization_id: number.organizationId, error_rate: errorRate }];
  });
  if (rates.length === 0) return;
  await ctx.db.execute(sql`
    insert into lane_health (instance_id, organization_id, scope, since_at, error_rate, updated_at)
    select r.instance_id, r.organization_id, 'all', ${now.toISOString()}::timestamptz, r.error_rate, ${now.toISOString()}::timestamptz
    from jsonb_to_recordset(${JSON.stringify(rates)}::jsonb) as r(instance_id uuid, organization_id uuid, error_rate real)
    order by r.instance_id
    on conflict (instance_id, scope) do update set error_rate = excluded.error_rate, updated_at = excluded.updated_at`);
}
