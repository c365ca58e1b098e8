import { claimMessages } from '#src/campaigns/claim-messages.ts';
import type { Claim } from '#src/campaigns/lane.ts';
import type { AppContext } from '#src/context.ts';

/**
 * Claims a message on the lane that has been due longest.
 * `'idle'`: no lane is due. `'looked'`: one was, but had nothing to send now; there may be others.
 */
export async function claimNextMessage(ctx: AppContext): Promise<Claim | 'idle' | 'looked'> {
  const { claims, due } = await claimMessages(ctx, 1);
  return claims[0] ?? (due === 0 ? 'idle' : 'looked');
}
