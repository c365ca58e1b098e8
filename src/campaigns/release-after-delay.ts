import type { AppContext } from '#src/context.ts';
import { drawDelay } from '#src/windows/pace.ts';
import type { Claim } from './lane.ts';
import { releaseLanes } from './release-lanes.ts';

/** Frees the lanes of claims that are done with, each after a random delay of its own; answers when they may go on. */
export async function releaseAfterDelay(ctx: AppContext, claims: Claim[]): Promise<Date[]> {
  const now = ctx.clock.now().getTime();
  const releases = claims.map((claim) => {
    const delay = drawDelay(claim.delay.minSeconds, claim.delay.maxSeconds, Math.random);
    return { claim, nextAllowedAt: new Date(now + delay) };
  });
  await releaseLanes(ctx, releases);
  return releases.map(({ nextAllowedAt }) => nextAllowedAt);
}
