import { type AppContext, inTransaction } from '#src/context.ts';
import { laneHealth } from '#src/db/schema/instances.ts';
import { announceHealth } from './announce-health.ts';
import { type BreakerReason, type BreakerScope, opened } from './breaker.ts';
import { mailInstanceTrouble } from './mail-instance-trouble.ts';
import { breakerOf, type WatchedNumber } from './watched-number.ts';

/** Opens a breaker that is closed or half-open, and tells its owner, once however many see the trouble. False when it was open. */
export const openBreaker = (
  ctx: AppContext,
  number: WatchedNumber,
  scope: BreakerScope,
  reason: BreakerReason,
): Promise<boolean> =>
  inTransaction(ctx, async (ctx) => {
    const now = ctx.clock.now();
    const { instanceId, organizationId } = number;
    await ctx.db
      .insert(laneHealth)
      .values({ instanceId, organizationId, scope, sinceAt: now, updatedAt: now })
      .onConflictDoNothing();
    const [before] = await ctx.db.select().from(laneHealth).where(breakerOf(instanceId, scope)).for('no key update');
    if (!before || before.state === 'open') return false;
    const after = { ...before, ...opened(before, now, ctx.config.recoverySpeed), reason, updatedAt: now };
    await ctx.db.update(laneHealth).set(after).where(breakerOf(instanceId, scope));
    await announceHealth(ctx, number, after);
    // not for each try of an open one, nor for a server of ours that is away
    const isNews = before.state === 'closed' && scope === 'all' && reason !== 'connection-trouble';
    if (isNews) await mailInstanceTrouble(ctx, 'instance-unhealthy', instanceId);
    ctx.log.warn({ instanceId, scope, reason, retryAt: after.retryAt }, 'a number is held back');
    return true;
  });
