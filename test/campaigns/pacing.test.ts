import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import type { World } from '#test/support/world.ts';
import { claimNextMessage } from './claim-next-message.ts';
import { dispatches, play } from './play.ts';
import { stage } from './scene.ts';
import { createGroupOf, pumpDry } from './stage.ts';

const set = (world: World, settings: object) => world.acme.call('PUT', '/v1/settings', settings);
const pace = (world: World, pacing: object) => set(world, { pacing });
const at = (time: string) => new Date(time);
const dayOf = ({ at }: { at: Date }) => at.toISOString().slice(0, 10);
const perDay = async (world: World) =>
  [...Map.groupBy(await dispatches(world.ctx), dayOf)].map(([day, sent]) => [day, sent.length]);
const haveContacted = (world: World, phones: string[]) =>
  world.ctx.db.execute(
    sql`update customers set last_contacted_at = '2026-01-01' where phone = any(${sql.param(phones)}::text[])`,
  );

describe('the daily cap', () => {
  it('lets exactly so many out a local day, and goes on by itself the next morning', async () => {
    await using scene = await stage({
      count: 5,
      now: '2026-03-02T09:00:00Z',
      more: { startAt: '2026-03-02T12:01:00+03:00' },
    });
    await set(scene, { dailyCap: 2 });
    scene.clock.set('2026-03-02T09:01:00Z');
    await scene.drain();
    expect(await pumpDry(scene.ctx)).toBe(2);
    expect(await scene.campaign()).toMatchObject({
      status: 'pending',
      statusReason: 'daily-cap-reached',
      nextRunAt: '2026-03-03T06:00:00.000Z',
    });
    await play(scene);
    expect(await perDay(scene)).toEqual([
      ['2026-03-02', 2],
      ['2026-03-03', 2],
      ['2026-03-04', 1],
    ]);
    expect(await scene.campaign()).toMatchObject({ status: 'completed', statusReason: null });
    expect(await scene.ledger()).toEqual([]);
  });

  it('counts a message that may be out although nobody knows', async () => {
    await using scene = await stage({
      count: 3,
      endings: ['0503', '1001', '1002'],
      more: { delay: { minSeconds: 5, maxSeconds: 5 } },
    });
    await set(scene, { dailyCap: 2 });
    await pumpDry(scene.ctx);
    scene.clock.advance({ seconds: 5 });
    await pumpDry(scene.ctx);
    scene.clock.advance({ seconds: 5 });
    expect(await pumpDry(scene.ctx)).toBe(0);
    expect(await scene.campaign()).toMatchObject({
      statusReason: 'daily-cap-reached',
      counts: { unknown: 1, queued: 1 },
    });
  });
});

describe('warm-up', () => {
  it('a new number sends few messages on its first day and more on each that follows', async () => {
    await using scene = await stage({ count: 12, more: { startAt: '2026-03-02T12:01:00+03:00' } });
    await pace(scene, { warmUp: true, warmUpCurve: { firstDay: 2, growth: 2, days: 3 } });
    await scene.ctx.db.execute(
      sql`update instances set number_since_at = ${scene.clock.now().toISOString()}::timestamptz`,
    );
    scene.clock.set('2026-03-02T09:01:00Z');
    await scene.drain();
    await pumpDry(scene.ctx);
    expect(await scene.campaign()).toMatchObject({
      status: 'pending',
      statusReason: 'warm-up',
      nextRunAt: '2026-03-03T06:00:00.000Z',
    });
    await play(scene);
    expect(await perDay(scene)).toEqual([
      ['2026-03-02', 2],
      ['2026-03-03', 4],
      ['2026-03-04', 6],
    ]);
  });
});

describe('the hourly cap', () => {
  it('holds in every 60 minutes: the lane waits, running, for the oldest to be an hour old', async () => {
    await using scene = await stage({ count: 6, more: { delay: { minSeconds: 60, maxSeconds: 60 } } });
    await pace(scene, { hourlyCap: 3 });
    await play(scene, at('2026-03-02T09:30:00Z'));
    expect(await scene.campaign()).toMatchObject({
      status: 'running',
      statusReason: 'hourly-cap-reached',
      nextRunAt: '2026-03-02T10:00:00.000Z',
      counts: { queued: 3 },
    });
    await play(scene);
    const sent = (await dispatches(scene.ctx)).map(({ at }) => at.getTime());
    for (const [i, time] of sent.entries()) if (i >= 3) expect(time - sent[i - 3]!).toBeGreaterThanOrEqual(3_600_000);
    expect(sent).toHaveLength(6);
    expect(await scene.campaign()).toMatchObject({ status: 'completed', statusReason: null, nextRunAt: null });
  });
});

describe('customers never written with before', () => {
  it('are held to their own cap, which those known do not use up, and who go on before them', async () => {
    await using scene = await stage({ count: 7, more: { startAt: '2026-03-02T12:01:00+03:00' } });
    await pace(scene, { coldDailyCap: 2 });
    const phones: string[] = (await scene.recipients()).map(({ address }: { address: string }) => address);
    const known = [phones[0]!, phones[1]!, phones[6]!];
    await haveContacted(scene, known);
    await scene.ctx.db.execute(sql`
      update campaign_recipients r set cold = c.last_contacted_at is null from customers c where c.id = r.customer_id`);
    scene.clock.set('2026-03-02T09:01:00Z');
    await scene.drain();
    expect(await pumpDry(scene.ctx)).toBe(5);
    const sent = await dispatches(scene.ctx);
    expect(sent.map(({ cold }) => cold)).toEqual([false, false, true, true, false]);
    expect(sent.at(-1)!.address).toBe(phones[6]);
    expect(await scene.campaign()).toMatchObject({
      status: 'pending',
      statusReason: 'cold-cap-reached',
      nextRunAt: '2026-03-03T06:00:00.000Z',
    });
    await play(scene);
    expect(await perDay(scene)).toEqual([
      ['2026-03-02', 5],
      ['2026-03-03', 2],
    ]);
  });

  it('are known from the moment the campaign is made, and a second part is not a first message', async () => {
    await using scene = await stage({ count: 2, media: ['image', 'document'] });
    await pace(scene, { coldDailyCap: 1 });
    await pumpDry(scene.ctx);
    expect((await dispatches(scene.ctx)).map(({ cold }) => cold)).toEqual([true, false, false]);
    expect(await scene.campaign()).toMatchObject({ statusReason: 'cold-cap-reached' });
    expect((await scene.recipients())[0]).toMatchObject({ spentCredits: 3 });
  });

  it('do not hold up the lane’s other campaigns', async () => {
    await using scene = await stage({ count: 2 });
    await pace(scene, { coldDailyCap: 1 });
    const groupId = await createGroupOf(scene.ctx, scene.acme, 2, ['7001', '7002']);
    await scene.ctx.db.execute(sql`update customers set last_contacted_at = '2026-01-01' where phone like '%700_'`);
    const body = {
      name: 'Known',
      channel: 'whatsapp',
      text: 'Merhaba',
      audience: { groupIds: [groupId] },
      startAt: null,
    };
    const { id } = await (await scene.acme.call('POST', '/v1/campaigns', body)).json();
    await scene.drain();
    expect(await pumpDry(scene.ctx)).toBe(3);
    await scene.drain();
    expect(await (await scene.acme.call('GET', `/v1/campaigns/${id}`)).json()).toMatchObject({ status: 'completed' });
    expect(await scene.campaign()).toMatchObject({ status: 'pending', counts: { queued: 1 } });
  });
});

describe('longer pauses', () => {
  it('come between so many messages, but not on top of a rest that was as long', async () => {
    await using scene = await stage({ count: 9, more: { delay: { minSeconds: 10, maxSeconds: 10 } } });
    await pace(scene, { pauseEvery: { messages: 3, minSeconds: 100, maxSeconds: 100 } });
    await play(scene);
    const sent = (await dispatches(scene.ctx)).map(({ at }) => at.getTime());
    const gaps = sent.slice(1).map((time, i) => (time - sent[i]!) / 1000);
    expect(gaps).toEqual([10, 10, 110, 10, 10, 110, 10, 10]);
  });

  it('stay as drawn although a worker dies: never more messages than that without one', async () => {
    await using scene = await stage({ count: 4 });
    await pace(scene, { pauseEvery: { messages: 2, minSeconds: 60, maxSeconds: 60 } });
    expect(typeof (await claimNextMessage(scene.ctx))).toBe('object');
    scene.clock.advance({ seconds: 91 });
    await pumpDry(scene.ctx);
    expect(scene.simulator.sends().length).toBeLessThanOrEqual(2);
  });
});

describe('the closing buffer', () => {
  it('no message is begun in the last seconds of the window', async () => {
    await using scene = await stage({
      count: 2,
      now: '2026-03-02T18:58:30Z',
      more: { delay: { minSeconds: 40, maxSeconds: 40 } },
    });
    await pace(scene, { closingBufferSeconds: 60 });
    await pumpDry(scene.ctx);
    scene.clock.advance({ seconds: 40 });
    expect(await pumpDry(scene.ctx)).toBe(0);
    expect(await scene.campaign()).toMatchObject({
      status: 'pending',
      statusReason: 'outside-sending-window',
      nextRunAt: '2026-03-03T06:00:00.000Z',
    });
  });
});

describe('after a reconnect', () => {
  it('delays are longer at first', async () => {
    await using scene = await stage({ count: 3, more: { delay: { minSeconds: 10, maxSeconds: 10 } } });
    await pace(scene, { reconnectRamp: true });
    await scene.ctx.db.execute(
      sql`update instances set connected_at = ${scene.clock.now().toISOString()}::timestamptz`,
    );
    await play(scene);
    const [first, second, third] = (await dispatches(scene.ctx)).map(({ at }) => at.getTime());
    expect(second! - first!).toBe(30_000);
    expect(third! - second!).toBeGreaterThan(25_000);
    expect(third! - second!).toBeLessThan(30_000);
  });
});

describe('typing', () => {
  it('asks Evolution to show it before a text, and not before a file', async () => {
    await using scene = await stage({ count: 1, media: ['voice'], more: { text: 'Merhaba' } });
    const asked = () => scene.simulator.sends().map(({ verb, delayMs }) => [verb, delayMs]);
    await pace(scene, { typing: true });
    await play(scene);
    expect(asked()).toEqual([
      ['sendWhatsAppAudio', null],
      ['sendText', 800],
    ]);
    await pace(scene, { typing: false });
    const body = { name: 'n', channel: 'whatsapp', text: 'Merhaba', startAt: null };
    await scene.acme.call('POST', '/v1/campaigns', { ...body, audience: { customerIds: [scene.customers.ayse] } });
    await scene.drain();
    await play(scene);
    expect(asked().at(-1)).toEqual(['sendText', null]);
  });
});

describe('PUT /v1/settings', () => {
  it('200: changes what is given of the pacing and keeps the rest', async () => {
    await using scene = await stage({ count: 1 });
    const { pacing } = await (await scene.acme.call('GET', '/v1/settings')).json();
    await pace(scene, { hourlyCap: 100 });
    const response = await pace(scene, { coldDailyCap: 7, typing: true });
    expect(await response.json()).toMatchObject({
      pacing: { ...pacing, hourlyCap: 100, coldDailyCap: 7, typing: true },
    });
    expect((await (await scene.globex.call('GET', '/v1/settings')).json()).pacing).toEqual(pacing);
  });

  it.each([
    ['pacing.hourlyCap', { hourlyCap: 0 }],
    ['pacing.coldDailyCap', { coldDailyCap: 1.5 }],
    ['pacing.pauseEvery.maxSeconds', { pauseEvery: { messages: 10, minSeconds: 60, maxSeconds: 30 } }],
    ['pacing.warmUpCurve.growth', { warmUpCurve: { firstDay: 20, growth: 0.5, days: 7 } }],
    ['pacing.closingBufferSeconds', { closingBufferSeconds: -1 }],
    ['pacing.burst', { burst: 1 }],
  ])('400: %s, and nothing changes', async (path, pacing) => {
    await using scene = await stage({ count: 1 });
    const response = await pace(scene, pacing);
    expect(response.status).toBe(400);
    expect((await response.json()).errors.map((error: { path: string }) => error.path)).toContain(path);
  });
});
