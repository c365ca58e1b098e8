import { expect, it } from 'vitest';
import { createMetrics } from '#src/platform/metrics.ts';
import { watchLoop } from '#src/platform/watch-loop.ts';
import { openLog } from './read-log.ts';

it('says and counts when the event loop was blocked for more than 100 ms', async () => {
  const { log, lines } = openLog();
  const metrics = createMetrics();
  const watch = watchLoop({ log, metrics });
  await new Promise((resolve) => setTimeout(resolve, 30));
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
  await expect.poll(() => lines.length, { interval: 5, timeout: 10_000 }).toBeGreaterThan(0);
  watch.stop();
  expect(lines[0]).toMatchObject({
    level: 'warn',
    msg: 'the event loop was blocked',
    milliseconds: expect.any(Number),
  });
  expect(lines.some(({ milliseconds }) => Number(milliseconds) >= 150)).toBe(true);
  expect(await metrics.registry.metrics()).toMatch(/ulak_event_loop_blocked_seconds_count [1-9]/);
});
