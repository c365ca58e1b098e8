import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { faults, recipientOf, run, type Scene, sendsTo } from './mixed-outcomes.ts';
import { stage } from './scene.ts';
import { pumpDry } from './stage.ts';

/** Nobody looks any more for what is unknown. */
const stopLooking = (scene: Scene, ending = '') =>
  scene.ctx.db.execute(sql`
    update messages set reconcile_at = null, status_reason = 'unresolved' where status = 'unknown' and address like ${`%${ending}`}`);

const loseFirstPart = (scene: Scene, ending: string) =>
  faults(scene, { number: `*${ending}`, count: 1, outcome: { kind: 'reset' } });

const resolve = async (scene: Scene, ending: string) => {
  const { id } = await recipientOf(scene, ending);
  return scene.acme.call('POST', `/v1/campaigns/${scene.id}/recipients/${id}/resolve`, { decision: 'retry' });
};

describe('a campaign that goes on with those queued again', () => {
  it('200: holds what all their parts cost, beside what is held for others that are unknown', async () => {
    await using scene = await stage({ count: 2, media: ['voice'], endings: ['1001', '1002'] });
    for (const ending of ['1001', '1002']) await loseFirstPart(scene, ending);
    await run(scene);
    await stopLooking(scene);
    await run(scene);
    await scene.sweep();
    await run(scene);
    expect(await scene.campaign()).toMatchObject({ status: 'completed', credits: { held: 2, spent: 0 } });
    expect((await resolve(scene, '1001')).status).toBe(200);
    expect(await scene.campaign()).toMatchObject({ status: 'pending', credits: { held: 3 } });
    await run(scene);
    expect(sendsTo(scene, '1001')).toBe(2);
    expect(await scene.campaign()).toMatchObject({ status: 'completed', credits: { held: 1, spent: 2 } });
    expect((await resolve(scene, '1002')).status).toBe(200);
    await run(scene);
    expect(await scene.campaign()).toMatchObject({ status: 'completed', credits: { held: 0, spent: 4 } });
    expect(await scene.ledger()).toEqual([]);
  });

  it('200 twice while it runs again: the second one is covered too', async () => {
    await using scene = await stage({ count: 2, media: ['voice'], endings: ['1001', '1002'] });
    for (const ending of ['1001', '1002']) await loseFirstPart(scene, ending);
    await run(scene);
    await stopLooking(scene);
    await scene.sweep();
    await run(scene);
    await resolve(scene, '1001');
    await scene.drain();
    expect(await scene.campaign()).toMatchObject({ status: 'running', credits: { held: 3 } });
    expect((await resolve(scene, '1002')).status).toBe(200);
    expect(await scene.campaign()).toMatchObject({ status: 'running', credits: { held: 4 } });
    await run(scene);
    expect(await scene.campaign()).toMatchObject({ status: 'completed', counts: { sent: 2 }, credits: { spent: 4 } });
    expect(await scene.ledger()).toEqual([]);
  });

  it('200: a lane that sleeps while others are still looked for sends it at once', async () => {
    await using scene = await stage({ count: 2, endings: ['1001', '1002'] });
    for (const ending of ['1001', '1002']) await loseFirstPart(scene, ending);
    await pumpDry(scene.ctx);
    await stopLooking(scene, '1001');
    expect(await scene.campaign()).toMatchObject({ status: 'running' });
    expect((await resolve(scene, '1001')).status).toBe(200);
    await pumpDry(scene.ctx);
    expect(sendsTo(scene, '1001')).toBe(1);
  });

  it('409: its validUntil has passed, and the message stays unknown', async () => {
    await using scene = await stage({
      count: 1,
      endings: ['1001'],
      more: { validUntil: '2026-03-02T15:00:00+03:00' },
    });
    await loseFirstPart(scene, '1001');
    await run(scene);
    await stopLooking(scene);
    scene.clock.advance({ hours: 4 });
    expect((await resolve(scene, '1001')).status).toBe(409);
    expect(await scene.campaign()).toMatchObject({ counts: { unknown: 1 } });
    expect(await scene.ledger()).toEqual([]);
  });
});
