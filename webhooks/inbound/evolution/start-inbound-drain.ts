import { setTimeout as sleep } from 'node:timers/promises';
import type { AppContext } from '#src/context.ts';
import { BATCH, drainInboundOnce } from './drain-inbound-once.ts';
import { INBOUND_CHANNEL } from './inbound-writer.ts';

const LOOK_EVERY_MS = 500;
/** Several acks of a message come within a moment: looked at so often at most, they are applied at once. */
const LOOK_AGAIN_MS = 100;
const AFTER_FAILURE_MS = 1_000;

/** Applies webhooks as they come: woken by whoever stores one, and looking by itself twice a second. */
export function startInboundDrain(ctx: AppContext): { stop(): Promise<void> } {
  let stopping = false;
  let woken = false;
  let wake = () => {};
  const ring = () => {
    woken = true;
    wake();
  };
  const pause = (ms: number) =>
    new Promise<void>((resolve) => {
      if (woken || stopping) return resolve();
      const timer = setTimeout(resolve, ms);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  const run = async () => {
    while (!stopping) {
      try {
        woken = false;
        const moment = sleep(LOOK_AGAIN_MS);
        const applied = await drainInboundOnce(ctx);
        if (applied === 0) await pause(LOOK_EVERY_MS);
        if (applied < BATCH) await moment;
      } catch (error) {
        ctx.log.error({ err: error }, 'inbound events could not be applied');
        woken = false;
        await pause(AFTER_FAILURE_MS);
      }
    }
  };
  const listening = ctx.client.listen(INBOUND_CHANNEL, ring).catch((error) => {
    ctx.log.warn({ err: error }, 'not woken by inbound events, looking only');
    return null;
  });
  const running = run();
  return {
    async stop() {
      stopping = true;
      ring();
      await running;
      await (await listening)?.unlisten();
    },
  };
}
