import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import type { World } from '#test/support/world.ts';
import { dispatches, play } from './play.ts';
import { stage } from './scene.ts';
import { createGroupOf } from './stage.ts';

const minutes = (a: Date | string, b: Date | string) =>
  Math.abs(new Date(a).getTime() - new Date(b).getTime()) / 60_000;
const create = async (world: World, count: number, more: object = {}) => {
  const groupId = await createGroupOf(
    world.ctx,
    world.acme,
    count,
    Array.from({ length: count }, (_, i) => String(7000 + i)),
  );
  const body = {
    name: 'n',
    channel: 'whatsapp',
    text: 'Merhaba',
    audience: { groupIds: [groupId] },
    startAt: null,
    ...more,
  };
  const quote = await (await world.acme.call('POST', '/v1/campaigns/quote', body)).json();
  const { id } = await (await world.acme.call('POST', '/v1/campaigns', body)).json();
  return { quote, read: async () => (await world.acme.call('GET', `/v1/campaigns/${id}`)).json() };
};
const start = { startAt: '2026-03-02T12:05:00+03:00' };

/** The clock that jumps from one due time to the next is the truth; sends take no time on it, so a second a message is allowed for. */
describe('the estimated end, against what then happens', () => {
  const cases: [title: string, settings: object, count: number, tolerance: number][] = [
    ['delays alone', {}, 20, 2],
    ['over the night', { sendingWindow: { start: '09:00', end: '12:10' } }, 20, 2],
    ['a daily cap', { dailyCap: 8 }, 20, 2],
    ['an hourly cap', { pacing: { hourlyCap: 6 } }, 20, 3],
    ['a cap for strangers', { pacing: { coldDailyCap: 7 } }, 20, 2],
    ['longer pauses', { pacing: { pauseEvery: { messages: 4, minSeconds: 200, maxSeconds: 200 } } }, 20, 6],
    [
      'a closing buffer',
      { sendingWindow: { start: '09:00', end: '12:10' }, pacing: { closingBufferSeconds: 120 } },
      20,
      2,
    ],
    ['warm-up', { pacing: { warmUp: true, warmUpCurve: { firstDay: 3, growth: 2, days: 3 } } }, 20, 2],
  ];

  it.each(cases)('%s', async (_title, settings, count, tolerance) => {
    await using scene = await stage({ count, more: { ...start, delay: { minSeconds: 28, maxSeconds: 32 } } });
    await scene.acme.call('PUT', '/v1/settings', settings);
    await scene.ctx.db.execute(
      sql`update instances set number_since_at = ${scene.clock.now().toISOString()}::timestamptz`,
    );
    const estimated = (await scene.campaign()).endsAtEstimate;
    await play(scene);
    const last = (await dispatches(scene.ctx)).at(-1)!.at;
    expect(await scene.campaign()).toMatchObject({ status: 'completed' });
    expect(minutes(estimated, last)).toBeLessThanOrEqual(tolerance);
  });

  it('one campaign behind another: the quote, both campaigns, and the caps that they share', async () => {
    await using scene = await stage({ count: 10, more: { ...start, delay: { minSeconds: 30, maxSeconds: 30 } } });
    await scene.acme.call('PUT', '/v1/settings', { dailyCap: 12 });
    const second = await create(scene, 10, { ...start, delay: { minSeconds: 60, maxSeconds: 60 } });
    const estimated = { first: (await scene.campaign()).endsAtEstimate, second: (await second.read()).endsAtEstimate };
    expect(second.quote.endsAtEstimate).toBe(estimated.second);
    await play(scene);
    const sent = (await dispatches(scene.ctx)).map(({ at }) => at);
    expect(minutes(estimated.first, sent[9]!)).toBeLessThanOrEqual(1);
    expect(minutes(estimated.second, sent[19]!)).toBeLessThanOrEqual(2);
  });

  it('takes what was sent today off the day’s cap, and waits for a number that is held back', async () => {
    await using scene = await stage({ count: 4, more: { delay: { minSeconds: 10, maxSeconds: 10 } } });
    await scene.acme.call('PUT', '/v1/settings', { dailyCap: 5 });
    await play(scene);
    const second = await create(scene, 2);
    await scene.drain();
    expect((await second.read()).endsAtEstimate).toBe('2026-03-03T06:00:01.000Z');
    await scene.acme.call('PUT', '/v1/settings', { dailyCap: null });
    await scene.ctx.db.execute(sql`
      insert into lane_health (instance_id, organization_id, scope, state, since_at, retry_at)
      values (${scene.instanceId}, ${scene.acme.organizationId}, 'all', 'open', now(), '2026-03-02T11:00:00Z')`);
    expect(minutes((await second.read()).endsAtEstimate, '2026-03-02T11:00:02Z')).toBeLessThan(0.1);
  });

  it('is null while paused, and for what would take more than a year', async () => {
    await using scene = await stage({ count: 400 });
    await scene.acme.call('PUT', '/v1/settings', { dailyCap: 1 });
    expect(await scene.campaign()).toMatchObject({ endsAtEstimate: null });
    await scene.acme.call('PUT', '/v1/settings', { dailyCap: null });
    expect((await scene.campaign()).endsAtEstimate).not.toBeNull();
    await scene.act('pause');
    expect(await scene.campaign()).toMatchObject({ endsAtEstimate: null });
  });
});
