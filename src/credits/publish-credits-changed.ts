import type { AppContext } from '#src/context.ts';
import { publishLiveEvent } from '#src/live/publish-live-event.ts';
import { readBalance } from './queries.ts';

/** Tells the front ends of the account's organization what is on it now. */
export async function publishCreditsChanged(
  ctx: AppContext & { organizationId: string },
  userId: string,
): Promise<void> {
  const { current, held, available } = await readBalance(ctx, userId);
  const data = { userId, currentCredit: current, heldCredit: held, availableCredit: available };
  await publishLiveEvent(ctx, { type: 'credits.changed', data });
}
