import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SimulatorOptions } from '#evolution/simulator/simulator-options.ts';
import { startSimulator } from '#evolution/simulator/start-simulator.ts';
import type { Claim } from '#src/campaigns/lane.ts';
import { reconcileDue } from '#src/campaigns/reconcile-due.ts';
import { sendClaim } from '#src/campaigns/send-claim.ts';
import { freePort } from '#test/support/processes.ts';
import { claimNextMessage } from './claim-next-message.ts';
import { connectNumber } from './connected.ts';
import { play } from './play.ts';
import { pumpDry } from './stage.ts';

let number: Awaited<ReturnType<typeof connectNumber>>;
let simulator: Awaited<ReturnType<typeof startSimulator>>;
let options: SimulatorOptions;
let directory: string;
/** An Evolution that can be ended and started again, at the same port and with what it has stored. */
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ulak-evolution-'));
  options = {
    port: await freePort(),
    stateFile: join(directory, 'evolution.ndjson'),
    reconnectMs: 20,
    ackDelaysMs: { server: 5, delivery: 10, read: 15 },
    webhook: { timeoutMs: 2_000, maxAttempts: 6, initialDelayMs: 20, maxDelayMs: 100 },
  };
  number = await connectNumber(options);
  simulator = number.simulator;
});
afterAll(async () => {
  await simulator.close();
  await number[Symbol.asyncDispose]();
  await rm(directory, { recursive: true, force: true });
});

const stop = () => simulator.close();
async function start(): Promise<void> {
  simulator = await startSimulator(options);
  await number.until(() => simulator.instances().every(({ state }) => state === 'open'));
}
const playFor = (minutes: number) => play(number, new Date(number.clock.now().getTime() + minutes * 60_000));
const got = (ending: string) => simulator.sends().filter((send) => send.number.endsWith(ending)).length;

describe('Evolution is away in mid-campaign', () => {
  it('F14: for ten minutes: nobody has failed, nothing is spent for nothing, and then everybody gets it once', async () => {
    const delay = { minSeconds: 60, maxSeconds: 60 };
    const campaign = await number.campaign(['3001', '3002', '3003', '3004'], { known: true, delay });
    expect(await pumpDry(number.ctx)).toBe(1);
    await stop();
    await playFor(10);
    expect(await campaign.read()).toMatchObject({
      status: 'running',
      counts: { failed: 0, unknown: 0 },
      credits: { held: 3, spent: 1 },
    });
    await start();
    await playFor(60);
    expect(await campaign.read()).toMatchObject({ status: 'completed', credits: { held: 0, spent: 4 } });
    expect(['3001', '3002', '3003', '3004'].map(got)).toEqual([1, 1, 1, 1]);
    expect(await number.ledger()).toEqual([]);
  });

  it('F15: restarted between the send and its row: nobody can find it, so it is not sent again and waits for a person', async () => {
    number.clock.set(new Date());
    await number.heal();
    const campaign = await number.campaign(['3101', '3102'], { known: true });
    await number.fault({ kind: 'accept-then-reset', trace: false }, { number: '*3101', count: 1 });
    await sendClaim(number.ctx, (await claimNextMessage(number.ctx)) as Claim);
    await stop();
    await start();
    for (let minute = 0; minute <= 15; minute++) {
      while ((await reconcileDue(number.ctx)) > 0);
      await number.drain();
      await pumpDry(number.ctx);
      number.clock.advance({ minutes: 1 });
    }
    await number.drain();
    expect([got('3101'), got('3102')]).toEqual([1, 1]);
    expect((await campaign.recipients())[0]).toMatchObject({ status: 'unknown', statusReason: 'unresolved' });
    expect(await campaign.read()).toMatchObject({ status: 'completed', credits: { held: 1, spent: 1 } });
    expect(await number.ledger()).toEqual([]);
  });
});
