import { expect, it } from 'vitest';
import { createWorld } from '#test/support/world.ts';
import {
  findBreaches,
  freezePastLease,
  killAtRandom,
  prepareRehearsal,
  scaleOf,
  seeded,
  startWorkers,
  waitForTheEnd,
} from './rehearsal.ts';
import { findLostSingles, singlesEnd, writeSingles } from './single-messages.ts';

const { recipients: RECIPIENTS, kills: KILLS, seconds: SECONDS } = scaleOf({ recipients: 45, kills: 3, seconds: 120 });
const SINGLES = 6;

it(
  'F1–F4, F19, F20, G1–G3, G5: of two workers one frozen past its lease, then both killed -9 at random instants: every recipient exactly once, every single message too, ledger to the unit',
  async () => {
    const seed = Date.now() % 100_000;
    console.log(`seed ${seed}`);
    await using world = await createWorld({ now: new Date().toISOString() });
    await using rehearsal = await prepareRehearsal(world, {
      lanes: 2,
      recipients: RECIPIENTS,
      singles: SINGLES,
      latencyMs: [200, 400],
    });
    const workers = await startWorkers(rehearsal.env, 2);
    try {
      await freezePastLease(rehearsal, workers[0]!);
      await Promise.all([killAtRandom(rehearsal.env, workers, KILLS, seeded(seed)), writeSingles(rehearsal, SINGLES)]);
      await singlesEnd(world, SECONDS);
      await waitForTheEnd(rehearsal, SECONDS);
      expect(await findLostSingles(world, rehearsal, SINGLES)).toEqual([]);
      await expect.poll(() => findBreaches(world, rehearsal, RECIPIENTS), { timeout: 10_000 }).toEqual([]);
    } finally {
      for (const worker of workers) await worker[Symbol.asyncDispose]();
    }
  },
  SECONDS * 2000,
);

it('G5: SIGTERM in mid-campaign leaves nothing unknown, and another worker goes on', async () => {
  await using world = await createWorld({ now: new Date().toISOString() });
  await using rehearsal = await prepareRehearsal(world, { lanes: 2, recipients: 20, latencyMs: [50, 150] });
  for (let round = 0; round < 2; round++) {
    const [worker] = await startWorkers(rehearsal.env, 1);
    await new Promise((resolve) => setTimeout(resolve, 500));
    worker!.kill('SIGTERM');
    expect(await worker!.ended).toBe(0);
    for (const { member, id } of rehearsal.campaigns) {
      const { counts } = await (await member.call('GET', `/v1/campaigns/${id}`)).json();
      expect(counts).toMatchObject({ unknown: 0, sending: 0 });
    }
  }
  const [last] = await startWorkers(rehearsal.env, 1);
  await waitForTheEnd(rehearsal, 60);
  expect(await findBreaches(world, rehearsal, 20)).toEqual([]);
  await last![Symbol.asyncDispose]();
}, 240_000);
