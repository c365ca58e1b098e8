import type { SentMessage } from '#src/channels/evolution/evolution-client.ts';
import type { Outcome } from '#src/channels/evolution/outcome.ts';
import { type AppContext, inTransaction } from '#src/context.ts';
import { persist } from '#src/platform/persist.ts';
import { drawDelay } from '#src/windows/pace.ts';
import { abandonClaim } from './abandon-claim.ts';
import { judgeOutcome } from './judge-outcome.ts';
import type { Claim } from './lane.ts';
import { recordAcceptance } from './record-acceptance.ts';
import { recordFailure } from './record-failure.ts';
import { releaseLane } from './release-lane.ts';
import { watchTrouble } from './watch-trouble.ts';

/** Writes down what became of the call, and frees the lane after its random delay. Goes on trying while the database is away. */
export function recordOutcome(ctx: AppContext, claim: Claim, outcome: Outcome<SentMessage>): Promise<void> {
  const verdict = judgeOutcome(outcome, claim.attempt);
  return persist(ctx.log, 'outcome of a send', () => {
    const now = ctx.clock.now().getTime();
    return inTransaction(ctx, async (ctx) => {
      if (verdict.kind === 'again') {
        const afterMs = verdict.afterMs / ctx.config.recoverySpeed;
        await abandonClaim(ctx, claim, new Date(now + afterMs), verdict.reason);
      } else {
        if (verdict.kind === 'sent') await recordAcceptance(ctx, claim, verdict.sent);
        else await recordFailure(ctx, claim, verdict.kind, verdict.reason);
        const delay = drawDelay(claim.delay.minSeconds, claim.delay.maxSeconds, Math.random);
        await releaseLane(ctx, claim, new Date(now + delay));
      }
      await watchTrouble(ctx, claim, verdict);
    });
  });
}
