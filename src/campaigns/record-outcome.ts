import type { SentMessage } from '#src/channels/evolution/evolution-client.ts';
import type { Outcome } from '#src/channels/evolution/outcome.ts';
import { type AppContext, inTransaction } from '#src/context.ts';
import { persist } from '#src/platform/persist.ts';
import { drawDelay } from '#src/windows/pace.ts';
import { abandonClaim } from './abandon-claim.ts';
import type { Claim } from './lane.ts';
import { recordAcceptance } from './record-acceptance.ts';
import { recordFailure } from './record-failure.ts';
import { releaseLane } from './release-lane.ts';

/** What concerns the number and not this message: it is queued again, and the lane waits this long. */
const BACKOFF_MS = 30_000;

/** Writes down what became of the call, and frees the lane after its random delay. Goes on trying while the database is away. */
export function recordOutcome(ctx: AppContext, claim: Claim, outcome: Outcome<SentMessage>): Promise<void> {
  return persist(ctx.log, 'outcome of a send', () => {
    const obstacle = obstacleOf(outcome);
    if (obstacle) return abandonClaim(ctx, claim, new Date(ctx.clock.now().getTime() + BACKOFF_MS), obstacle);
    return inTransaction(ctx, async (ctx) => {
      if (outcome.kind === 'accepted') await recordAcceptance(ctx, claim, outcome.value);
      else if (outcome.kind !== 'unavailable') await recordFailure(ctx, claim, outcome.kind === 'rejected' ? 'failed' : 'unknown', outcome.reason);
      const delay = drawDelay(claim.delay.minSeconds, claim.delay.maxSeconds, Math.random);
      await releaseLane(ctx, claim, new Date(ctx.clock.now().getTime() + delay));
    });
  });
}

/** Why nothing at all can be sent on this number now; null when the outcome is about the message alone. */
function obstacleOf(outcome: Outcome<SentMessage>): string | null {
  if (outcome.kind === 'unavailable') return outcome.reason;
  if (outcome.kind !== 'rejected') return null;
  return ['unauthorized', 'instance-missing', 'licence-required'].includes(outcome.reason) ? outcome.reason : null;
}
