import { sql } from 'drizzle-orm';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { purgeWebhooks } from '#webhooks/outbound/purge-webhooks.ts';
import { runReplay } from '#webhooks/outbound/run-replay.ts';
import {
  addEndpoint,
  deliverAll,
  get,
  happen,
  happenOften,
  hooksWorld,
  type Json,
  readDeliveries,
  startConsumer,
} from './hooks-scene.ts';

const PATH = '/v1/webhook-endpoints';
const world = await hooksWorld();
const { acme, globex, ctx, clock } = world;
const start = clock.now();
afterAll(() => world[Symbol.asyncDispose]());
beforeEach(async () => {
  clock.set(start);
  await ctx.db.execute(sql`delete from webhook_endpoints`);
  await ctx.db.execute(sql`delete from webhook_events`);
});
const within = (minutes: number) => ({
  from: new Date(start.getTime() - minutes * 60_000).toISOString(),
  to: new Date(start.getTime() + minutes * 60_000).toISOString(),
});

describe(`POST ${PATH}/{id}/deliveries/{deliveryId}/replay`, () => {
  it('202: the same id and body once more, with all tries; what was tried before stays in the log', async () => {
    let status = 200;
    await using consumer = await startConsumer(() => status);
    const endpoint = await addEndpoint(acme, consumer.url);
    await happen(acme);
    await deliverAll(world);
    const [{ id }] = await readDeliveries(acme, endpoint);
    status = 500;
    const replayed = await acme.call('POST', `${PATH}/${endpoint.id}/deliveries/${id}/replay`);
    expect(replayed.status).toBe(202);
    expect(await replayed.json()).toMatchObject({
      id,
      status: 'pending',
      deliveredAt: null,
      attempts: [{ statusCode: 200 }],
    });
    await deliverAll(world);
    status = 200;
    clock.advance({ seconds: 10 });
    await deliverAll(world);
    expect(new Set(consumer.ids()).size).toBe(1);
    expect(new Set(consumer.knocks.map(({ body }) => body)).size).toBe(1);
    const [{ attempts, ...delivery }] = await readDeliveries(acme, endpoint);
    expect(delivery).toMatchObject({ id, status: 'delivered' });
    expect(attempts.map(({ statusCode }: Json) => statusCode)).toEqual([200, 500, 200]);
  });

  it('an attempt that was under way when it was replayed says nothing of the replay', async () => {
    let replay = async () => {};
    await using consumer = await startConsumer(async (_knock, nth) => {
      if (nth === 1) await replay();
      return 200;
    });
    const endpoint = await addEndpoint(acme, consumer.url);
    await happen(acme);
    const [{ id }] = await readDeliveries(acme, endpoint);
    replay = async () => void (await acme.call('POST', `${PATH}/${endpoint.id}/deliveries/${id}/replay`));
    await deliverAll(world);
    expect(consumer.ids()).toHaveLength(2);
    expect(await readDeliveries(acme, endpoint, '?status=delivered')).toHaveLength(1);
  });

  it('404: a delivery of another endpoint; 409: an endpoint that is off', async () => {
    const endpoint = await addEndpoint(acme, 'https://a.example.com/');
    const other = await addEndpoint(acme, 'https://b.example.com/', { events: ['credits.low'] });
    await happen(acme);
    const [{ id }] = await readDeliveries(acme, endpoint);
    expect((await acme.call('POST', `${PATH}/${other.id}/deliveries/${id}/replay`)).status).toBe(404);
    await acme.call('PATCH', `${PATH}/${endpoint.id}`, { enabled: false });
    expect((await acme.call('POST', `${PATH}/${endpoint.id}/deliveries/${id}/replay`)).status).toBe(409);
    expect((await acme.call('POST', `${PATH}/${endpoint.id}/replay`, within(5))).status).toBe(409);
  });
});

describe(`POST ${PATH}/{id}/replay`, () => {
  it('202: all of a stretch of time again, also what the endpoint never heard of; nothing of others', async () => {
    await using consumer = await startConsumer();
    const endpoint = await addEndpoint(acme, consumer.url, { events: ['message.*', 'credits.low'] });
    clock.advance({ minutes: -10 });
    await happen(acme, 1, 'credits.low');
    clock.set(start);
    await happenOften(world, acme, 60);
    await happen(acme, 2, 'credits.low');
    await addEndpoint(globex, consumer.url);
    await happen(globex, 3, 'credits.low');
    await deliverAll(world);
    await acme.call('POST', `${PATH}/${endpoint.id}/test`);
    const before = consumer.knocks.length;
    const response = await acme.call('POST', `${PATH}/${endpoint.id}/replay`, within(5));
    expect(response.status).toBe(202);
    const { id, status } = (await response.json()) as Json;
    expect(status).toBe('queued');
    expect((await acme.call('POST', `${PATH}/${endpoint.id}/replay`, within(5))).status).toBe(409);
    await runReplay(ctx, id, undefined, 25);
    await world.drain();
    expect(await get(acme, `${PATH}/${endpoint.id}/replays/${id}`)).toMatchObject({
      status: 'completed',
      queuedCount: 61,
    });
    const again = consumer.ids().slice(before);
    expect(again).toHaveLength(61);
    expect(new Set(consumer.ids()).size).toBe(1 + 61 + 1 + 1);
    const some = await acme.call('POST', `${PATH}/${endpoint.id}/replay`, { ...within(60), events: ['credits.*'] });
    expect(some.status).toBe(202);
    await world.drain();
    expect(consumer.knocks.slice(before + 61).map(({ body }) => JSON.parse(body).data.n)).toEqual([1, 2]);
  });

  it('400: backwards, without an offset, or more than 100,000 events', async () => {
    const endpoint = await addEndpoint(acme, 'https://a.example.com/');
    const { from, to } = within(5);
    for (const body of [
      { from: to, to: from },
      { from, to: from },
      { from: '2026-01-01T00:00:00', to },
      { from },
      { ...within(5), events: ['x'] },
    ])
      expect((await acme.call('POST', `${PATH}/${endpoint.id}/replay`, body)).status).toBe(400);
    await ctx.db.execute(sql`
      insert into webhook_events (organization_id, type, data, occurred_at)
      select ${acme.organizationId}, 'credits.low', '{}', ${start.toISOString()}::timestamptz from generate_series(1, 100001)`);
    const response = await acme.call('POST', `${PATH}/${endpoint.id}/replay`, within(5), { 'accept-language': 'tr' });
    expect([response.status, await response.text()]).toEqual([400, expect.stringContaining('daha kısa bir zaman')]);
  });
});

describe('the log', () => {
  it('is forgotten after thirty days, but for what is still on its way', async () => {
    await using consumer = await startConsumer(({ body }) => (body.includes('"n":7') ? 500 : 200));
    const endpoint = await addEndpoint(acme, consumer.url);
    await happen(acme, 1);
    await happen(acme, 7);
    await deliverAll(world);
    await ctx.db.execute(sql`update webhook_events set occurred_at = occurred_at - interval '31 days'`);
    await purgeWebhooks(ctx);
    const kept = await readDeliveries(acme, endpoint);
    expect(kept).toMatchObject([{ status: 'pending', attempts: [{ statusCode: 500 }] }]);
    expect(await ctx.db.$count(sql`webhook_attempts`)).toBe(1);
  });
});
