import type { AppContext } from '#src/context.ts';
import { CARRIER_EVENTS_CHANNEL } from '#src/emails/record-carrier-events.ts';
import { type Drain, startDrain } from '#src/platform/start-drain.ts';
import { followMailEvents } from './follow-mail-events.ts';

/** Applies what carriers report as it comes, and opens and clicks soon after, until stopped. */
export const startMailEventsDrain = (ctx: AppContext): Drain =>
  startDrain({
    what: 'carrier events',
    once: () => followMailEvents(ctx),
    listen: (ring) => ctx.client.listen(CARRIER_EVENTS_CHANNEL, ring),
    log: ctx.log,
    everyMs: 1000,
  });
