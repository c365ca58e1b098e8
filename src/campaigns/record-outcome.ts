import type { SentMessage } from '#src/channels/evolution/evolution-client.ts';
import type { Outcome } from '#src/channels/evolution/outcome.ts';
import { type AppContext, inTransaction } from '#src/context.ts';
import { persist } from '#src/platform/persist.ts';
import { abandonClaim } from './abandon-claim.ts';
import { judgeOutcome } from './judge-outcome.ts';
import type { Claim } from './lane.ts';
import { othersGotThrough } from './others-got-through.ts';
import { recordAcceptances } from './record-acceptances.ts';
import { recordFailure } from './record-failure.ts';
import { releaseAfterDelay } from './release-after-delay.ts';
import { watchTrouble } from './watch-trouble.ts';

/**
 * Writes down what became of the call, and frees the lane after its random delay. Goes on trying while the database is away.
 * @returns when the lane may go on.
 */
export function recordOutcome(ctx: AppContext, claim: Claim, outcome: Outcome<SentMessage>): Promise<Date> {
  return persist(ctx.log, 'outcome of a send', () =>
    inTransaction(ctx, async (ctx) => {
      const verdict = judgeOutcome(outcome, claim.attempt, await othersGotThrough(ctx, claim));
      let next = new Date(ctx.clock.now().getTime());
      if (verdict.kind === 'again') {
        next = new Date(next.getTime() + verdict.afterMs / ctx.config.recoverySpeed);
        await abandonClaim(ctx, claim, next, verdict.reason);
      } else {
        const { kind } = verdict;
        if (kind === 'sent') await recordAcceptances(ctx, [{ ...claim, ...verdict.sent }]);
        else await recordFailure(ctx, claim, kind, verdict.reason);
        [next] = (await releaseAfterDelay(ctx, [claim])) as [Date];
      }
      await watchTrouble(ctx, claim, verdict);
      return next;
    }),
  );
}
