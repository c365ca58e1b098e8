import { expect, it } from 'vitest';
import { createWorld } from '#test/support/world.ts';
import {
  findBreaches,
  killAtRandom,
  prepareRehearsal,
  scaleOf,
  seeded,
  startWorkers,
  waitForTheEnd,
} from './rehearsal.ts';

const { recipients: RECIPIENTS, kills: KILLS, seconds: SECONDS } = scaleOf({ recipients: 30, kills: 3, seconds: 180 });

/** The mix of reliability.md 2.9, but for sends that leave no trace at all. */
const faults = [
  { probability: 0.03, outcome: { kind: 'answer', status: 500, message: 'Connection Closed' } },
  { probability: 0.02, outcome: { kind: 'answer', status: 500, message: 'Internal Server Error' } },
  // 30 to 80 s at the rehearsal's speed: some answers come after we have given up
  { probability: 0.03, outcome: { kind: 'slow', ms: [1000, 2600] } },
  { probability: 0.02, outcome: { kind: 'reset' } },
  { probability: 0.03, outcome: { kind: 'accept-then-hang' } },
  { probability: 0.03, outcome: { kind: 'accept-then-answer', status: 400, message: 'Error: Timed Out' } },
  { probability: 0.02, outcome: { kind: 'accept-then-reset' } },
  { probability: 0.02, outcome: { kind: 'no-key' } },
];

it(
  'F6–F10, F12, F16, F29–F31, G1–G3: faults of Evolution, webhooks lost, doubled and out of order, workers killed: exactly once all the same',
  async () => {
    const seed = Date.now() % 100_000;
    console.log(`seed ${seed}`);
    await using world = await createWorld({ now: new Date().toISOString() });
    await using rehearsal = await prepareRehearsal(world, { lanes: 3, recipients: RECIPIENTS, latencyMs: [10, 60] });
    await rehearsal.control('POST', 'faults', faults);
    await rehearsal.control('PUT', 'webhooks', { loseShare: 0.1, duplicateShare: 0.15, reorder: true });
    const workers = await startWorkers(rehearsal.env, 2);
    try {
      await killAtRandom(rehearsal.env, workers, KILLS, seeded(seed));
      await waitForTheEnd(rehearsal, SECONDS);
      // one in a thousand is lost three times in a row, and is not sent a fourth time
      const breaches = () => findBreaches(world, rehearsal, RECIPIENTS, { mostUnresolved: 1 + RECIPIENTS / 100 });
      await expect.poll(breaches, { timeout: 10_000 }).toEqual([]);
    } finally {
      for (const worker of workers) await worker[Symbol.asyncDispose]();
    }
  },
  SECONDS * 2000,
);
