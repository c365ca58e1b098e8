import type { Log } from './log.ts';
import { createWaker } from './waker.ts';

export type Drain = { stop(): Promise<void> };

type DrainOptions = {
  /** Names it in the log. */
  what: string;
  /** Does a part of what is there; answers how much. */
  once(): Promise<number>;
  /** Has `ring` called when something came. */
  listen(ring: () => void): Promise<{ unlisten(): Promise<void> }>;
  log: Log;
  everyMs: number;
};

const AFTER_FAILURE_MS = 1_000;

/** Does what is there until nothing is, again and again: woken by whoever brings something, and looking by itself from time to time. */
export function startDrain({ what, once, listen, log, everyMs }: DrainOptions): Drain {
  let stopping = false;
  let woken = false;
  const waker = createWaker();
  const ring = () => {
    woken = true;
    waker.wake();
  };
  const pause = (ms: number) => (woken || stopping ? undefined : waker.sleep(ms));
  const run = async () => {
    while (!stopping) {
      try {
        woken = false;
        if ((await once()) === 0) await pause(everyMs);
      } catch (error) {
        log.error({ err: error }, `${what} could not be applied`);
        woken = false;
        await pause(AFTER_FAILURE_MS);
      }
    }
  };
  const listening = listen(ring).catch((error) => {
    log.warn({ err: error }, `not woken by ${what}, looking only`);
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
