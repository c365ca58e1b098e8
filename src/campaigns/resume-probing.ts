import { and, eq } from 'drizzle-orm';
import { type AppContext, inTransaction } from '#src/context.ts';
import { laneHealth } from '#src/db/schema/instances.ts';
import type { LaneHealth } from '#src/instances/breaker.ts';
import { wakeLanes } from '#src/instances/wake-lanes.ts';
import { breakerOf, type WatchedNumber } from '#src/instances/watched-number.ts';

/** A probe that says nothing (it never left, or its recipient is not on WhatsApp): the next message is one. */
export const resumeProbing = (ctx: AppContext, { instanceId }: WatchedNumber, health: LaneHealth): Promise<void> =>
  inTransaction(ctx, async (ctx) => {
    await wakeLanes(ctx, [instanceId]);
    const now = ctx.clock.now();
    await ctx.db
      .update(laneHealth)
      .set({ state: 'open', retryAt: now, probeMessageId: null, updatedAt: now })
      .where(and(breakerOf(instanceId, health.scope), eq(laneHealth.state, 'half-open')));
  });
