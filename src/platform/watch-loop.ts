import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';

/** Longer than this nobody should be kept waiting by another's request. */
const MOST_BLOCKED_MS = 100;
const TICK_MS = 50;

/** Counts, and says, when this process did nothing but one thing for too long: a timer was late. `stop` ends it. */
export function watchLoop({ log, metrics }: { log: Log; metrics: Metrics }): { stop(): void } {
  let last = performance.now();
  const tick = () => {
    const now = performance.now();
    const late = now - last - TICK_MS;
    last = now;
    if (late < MOST_BLOCKED_MS) return;
    metrics.loopBlocked.observe(late / 1000);
    log.warn({ milliseconds: Math.round(late) }, 'the event loop was blocked');
  };
  const timer = setInterval(tick, TICK_MS).unref();
  return { stop: () => clearInterval(timer) };
}
