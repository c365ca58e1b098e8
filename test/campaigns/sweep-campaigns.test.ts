import { sql } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { sweepCampaignsJob } from '#src/campaigns/jobs.ts';
import { claimNextMessage } from './claim-next-message.ts';
import { stage } from './scene.ts';
import { pumpDry } from './stage.ts';

it('a lane that nobody will look at although somebody waits on it: woken, and reported', async () => {
  await using scene = await stage({ count: 2 });
  await scene.ctx.db.execute(sql`update lanes set due_at = null`);
  expect(await pumpDry(scene.ctx)).toBe(0);
  expect(await scene.sweep()).toMatchObject({ woken: 1 });
  expect(await pumpDry(scene.ctx)).toBe(2);
  await scene.drain();
  expect(await scene.sweep()).toEqual({ expired: 0, started: 0, woken: 0, settled: 0, freed: 0 });
});

it('a campaign whose start passed without anybody: started, and reported', async () => {
  await using scene = await stage({ now: '2026-03-02T09:00:00Z', more: { startAt: '2026-03-02T12:00:00+03:00' } });
  await scene.ctx.db.execute(sql`update campaigns set status = 'pending', next_run_at = start_at, started_at = null`);
  await scene.ctx.db.execute(sql`update lanes set due_at = null`);
  scene.clock.advance({ minutes: 10 });
  expect(await scene.sweep()).toMatchObject({ started: 1 });
  expect(await scene.campaign()).toMatchObject({ status: 'running' });
  expect(await pumpDry(scene.ctx)).toBe(3);
});

it('credits held for a campaign that has ended: given back, and reported', async () => {
  await using scene = await stage({ count: 3 });
  await scene.ctx.db.execute(
    sql`update campaigns set status = 'cancelled', ended_at = ${scene.clock.now().toISOString()}::timestamptz`,
  );
  expect(await scene.credits()).toMatchObject({ heldCredit: 3 });
  expect(await scene.sweep()).toMatchObject({ settled: 1 });
  expect(await scene.credits()).toMatchObject({ heldCredit: 0, availableCredit: 1000 });
  expect(await scene.ledger()).toEqual([]);
});

it('a message that is sending past its lease: taken up again, once', async () => {
  await using scene = await stage({ count: 1 });
  expect(await claimNextMessage(scene.ctx)).toMatchObject({ campaignId: scene.id });
  await scene.ctx.db.execute(sql`update lanes set due_at = null`);
  scene.clock.advance({ minutes: 10 });
  await scene.sweep();
  expect(await pumpDry(scene.ctx)).toBe(1);
  expect(scene.simulator.sends()).toHaveLength(1);
});

it('none runs twice at once: asked for by ten processes, one is queued, and none more while it runs', async () => {
  await using scene = await stage({ count: 1 });
  await scene.ctx.boss.deleteAllJobs(sweepCampaignsJob.name);
  const ask = () => Promise.all(Array.from({ length: 10 }, () => scene.ctx.jobs.send(sweepCampaignsJob, {})));
  await ask();
  const [running, ...more] = await scene.ctx.boss.fetch(sweepCampaignsJob.name, { batchSize: 10 });
  expect(more).toEqual([]);
  await ask();
  expect(await scene.ctx.boss.fetch(sweepCampaignsJob.name, { batchSize: 10 })).toEqual([]);
  await scene.ctx.boss.complete(sweepCampaignsJob.name, running!.id);
  await ask();
  expect(await scene.ctx.boss.fetch(sweepCampaignsJob.name, { batchSize: 10 })).toHaveLength(1);
});
