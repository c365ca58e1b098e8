import type { AppContext } from '#src/context.ts';

/** How long the credit of a message that could not be traced waits for a person. */
const HOLD_UNKNOWN_HOURS = 72;

/** Unknown messages dispatched after this instant still have their credit held, once their campaign has ended. ISO. */
export const heldSince = (ctx: AppContext): string =>
  new Date(ctx.clock.now().getTime() - HOLD_UNKNOWN_HOURS * 3_600_000).toISOString();
