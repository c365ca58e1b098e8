import { expect, it } from 'vitest';
import { until } from '#test/support/processes.ts';
import { openRestartableServer } from '#test/support/restartable-server.ts';
import { createWorld } from '#test/support/world.ts';
import { findBreaches, prepareRehearsal, startWorkers, waitForTheEnd } from './rehearsal.ts';

const RECIPIENTS = 35;
/** Each has one call on the wire at most: what Evolution had not written down when it ended, nobody can ask it about. */
const LANES = 2;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

it('F5, F43, G6: PostgreSQL restarted, at once and fast, and Evolution too, in mid-campaign: nobody twice, nobody forgotten, sending again within 5 s, no process ends', async () => {
  await using server = await openRestartableServer();
  await using world = await createWorld({ now: new Date().toISOString(), databaseUrl: server.url });
  await using rehearsal = await prepareRehearsal(world, { lanes: LANES, recipients: RECIPIENTS, latencyMs: [50, 200] });
  const workers = await startWorkers(rehearsal.env, 2);
  const sendingAgain = async () => {
    const before = rehearsal.simulator.sends().length;
    await until('sends', async () => rehearsal.simulator.sends().length > before, 5);
  };
  try {
    await pause(800);
    await server.restart('immediate');
    await sendingAgain();
    await pause(800);
    await rehearsal.restartSimulator();
    await pause(800);
    await server.restart('fast');
    await sendingAgain();
    await waitForTheEnd(rehearsal, 120);
    const breaches = () => findBreaches(world, rehearsal, RECIPIENTS, { mostUnresolved: LANES });
    await expect.poll(breaches, { timeout: 10_000 }).toEqual([]);
    for (const worker of workers) {
      worker.kill('SIGTERM');
      expect(await worker.ended).toBe(0);
    }
  } finally {
    for (const worker of workers) await worker[Symbol.asyncDispose]();
  }
}, 240_000);
