import { and, eq } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { laneHealth } from '#src/db/schema/instances.ts';
import { type BreakerScope, PROBE_MS } from './breaker.ts';
import { breakerOf } from './watched-number.ts';

/** This message goes out to find out; until its ack, or for so long, no other does. Run it in the claim's transaction. */
export async function beginProbe(
  ctx: AppContext,
  instanceId: string,
  scope: BreakerScope,
  messageId: string,
): Promise<void> {
  const now = ctx.clock.now();
  const retryAt = new Date(now.getTime() + PROBE_MS / ctx.config.recoverySpeed);
  await ctx.db
    .update(laneHealth)
    .set({ state: 'half-open', probeMessageId: messageId, retryAt, updatedAt: now })
    .where(and(breakerOf(instanceId, scope), eq(laneHealth.state, 'open')));
}
