import { and, eq, ne, type SQL } from 'drizzle-orm';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { type AppContext, actFor, inTransaction, type OrgContext } from '#src/context.ts';
import { laneHealth } from '#src/db/schema/instances.ts';
import { publishLiveEvent } from '#src/live/publish-live-event.ts';
import { type BreakerReason, type BreakerScope, type LaneHealth, opened, PROBE_MS } from './breaker.ts';
import { wakeLanes } from './wake-lanes.ts';

export type Number = { instanceId: string; organizationId: string; userId: string };

/** Opens a breaker that is not open, whatever it was. Its owner is told. False when it was open already. */
export const openBreaker = (
  ctx: AppContext,
  number: Number,
  scope: BreakerScope,
  reason: BreakerReason,
  errorRate: number | null = null,
): Promise<boolean> =>
  inTransaction(ctx, async (ctx) => {
    const now = ctx.clock.now();
    await ctx.db
      .insert(laneHealth)
      .values({ instanceId: number.instanceId, organizationId: number.organizationId, scope, sinceAt: now, updatedAt: now })
      .onConflictDoNothing();
    const [before] = await ctx.db.select().from(laneHealth).where(breakerOf(number, scope)).for('no key update');
    if (!before || before.state === 'open') return false;
    const after = { ...before, ...opened(before, now), reason, errorRate: errorRate ?? before.errorRate, updatedAt: now };
    await ctx.db.update(laneHealth).set(after).where(breakerOf(number, scope));
    await announce(ctx, number, after);
    return true;
  });

/** One message goes out to find out; until its ack, or for so long, no other does. In the claim's transaction. */
export async function beginProbe(ctx: AppContext, number: Number, scope: BreakerScope, messageId: string): Promise<void> {
  const now = ctx.clock.now();
  const retryAt = new Date(now.getTime() + PROBE_MS);
  await ctx.db
    .update(laneHealth)
    .set({ state: 'half-open', probeMessageId: messageId, retryAt, updatedAt: now })
    .where(and(breakerOf(number, scope), eq(laneHealth.state, 'open')));
}

/** Closes a breaker; what was sent before is not held against the number any more. False when it was closed. */
export const closeBreaker = (ctx: AppContext, number: Number, scope: BreakerScope, also?: SQL): Promise<boolean> =>
  inTransaction(ctx, async (ctx) => {
    await wakeLanes(ctx, [number.instanceId]);
    const now = ctx.clock.now();
    const [after] = await ctx.db
      .update(laneHealth)
      .set({ state: 'closed', reason: null, retryAt: null, probeMessageId: null, sinceAt: now, watchFromAt: now, updatedAt: now })
      .where(and(breakerOf(number, scope), ne(laneHealth.state, 'closed'), also))
      .returning();
    if (after) await announce(ctx, number, after);
    return after !== undefined;
  });

const breakerOf = ({ instanceId }: Number, scope: BreakerScope) =>
  and(eq(laneHealth.instanceId, instanceId), eq(laneHealth.scope, scope));

async function announce(ctx: AppContext, number: Number, { scope, state, reason, retryAt }: LaneHealth): Promise<void> {
  const org = isOrg(ctx) ? ctx : actFor(ctx, number);
  const details = { scope, state, reason, retryAt: retryAt?.toISOString() ?? null };
  await publishLiveEvent(org, { type: 'instance.health-changed', data: { id: number.instanceId, ...details } });
  await recordActivity(org, { verb: 'instances.change-health', subjectType: 'instance', subjectId: number.instanceId, details });
}

const isOrg = (ctx: AppContext): ctx is OrgContext => 'actor' in ctx;
