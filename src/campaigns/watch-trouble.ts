import type { AppContext } from '#src/context.ts';
import { TRIES_BEFORE_TROUBLE } from '#src/instances/breaker.ts';
import { openBreaker } from '#src/instances/open-breaker.ts';
import { reviewHealthJob } from './jobs.ts';
import type { Verdict } from './judge-outcome.ts';
import type { Claim } from './lane.ts';

const aboutTheConnection = ['instance-closed', 'no-session'];

/**
 * What a send that did not succeed says of its number. A lane sends one message at a time, so one that is refused again and
 * again stands for all: the lane stops trying. Everything else is judged together with what was sent before.
 */
export async function watchTrouble(ctx: AppContext, claim: Claim, verdict: Verdict): Promise<void> {
  if (verdict.kind === 'sent') return;
  const { instanceId } = claim;
  if (verdict.kind === 'again') {
    if (claim.attempt >= TRIES_BEFORE_TROUBLE && aboutTheConnection.includes(verdict.reason))
      await openBreaker(ctx, claim, 'all', 'connection-trouble');
    else await ctx.jobs.send(reviewHealthJob, { instanceId }, { singletonKey: instanceId });
    return;
  }
  await ctx.jobs.send(reviewHealthJob, { instanceId }, { singletonKey: instanceId });
}
