import { and, ne } from 'drizzle-orm';
import { type AppContext, inTransaction } from '#src/context.ts';
import { laneHealth } from '#src/db/schema/instances.ts';
import { announceHealth } from './announce-health.ts';
import type { BreakerScope } from './breaker.ts';
import { wakeLanes } from './wake-lanes.ts';
import { breakerOf, type WatchedNumber } from './watched-number.ts';

/**
 * Closes a breaker and has the lane go on; what was sent before is not held against the number any more. `forgive`: nor is it
 * remembered how often it opened. The lane's row is locked before the breaker's, as a claim does.
 */
export const closeBreaker = (
  ctx: AppContext,
  number: WatchedNumber,
  scope: BreakerScope,
  { forgive = false } = {},
): Promise<void> =>
  inTransaction(ctx, async (ctx) => {
    await wakeLanes(ctx, [number.instanceId]);
    const now = ctx.clock.now();
    const closed = { state: 'closed', reason: null, retryAt: null, probeMessageId: null, sinceAt: now } as const;
    const [after] = await ctx.db
      .update(laneHealth)
      .set({ ...closed, watchFromAt: now, updatedAt: now, ...(forgive && { openings: 0 }) })
      .where(and(breakerOf(number.instanceId, scope), ne(laneHealth.state, 'closed')))
      .returning();
    if (after) await announceHealth(ctx, number, after);
  });
