import type { AppContext } from '#src/context.ts';
import { type Drain, startDrain } from '#src/platform/start-drain.ts';
import { drainInboundOnce } from './drain-inbound-once.ts';
import { INBOUND_CHANNEL } from './inbound-writer.ts';

/** Applies webhooks as they come: woken by whoever stores one, and looking by itself twice a second. */
export const startInboundDrain = (ctx: AppContext): Drain =>
  startDrain({
    what: 'inbound events',
    once: () => drainInboundOnce(ctx),
    listen: (ring) => ctx.client.listen(INBOUND_CHANNEL, ring),
    log: ctx.log,
    everyMs: 500,
  });
