import { sql } from 'drizzle-orm';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { inTransaction } from '#src/context.ts';
import { publishLiveEvent } from '#src/live/publish-live-event.ts';
import { deliverDue } from '#webhooks/outbound/run-hook-pump.ts';
import {
  addEndpoint,
  deliverAll,
  get,
  happen,
  happenOften,
  hooksWorld,
  readDeliveries,
  readEndpoint,
  startConsumer,
  verify,
} from './hooks-scene.ts';

const world = await hooksWorld();
const { acme, globex } = world;
afterAll(() => world[Symbol.asyncDispose]());
beforeEach(async () => {
  await deliverAll(world);
  await world.ctx.db.execute(sql`delete from webhook_endpoints`);
  await world.ctx.db.execute(sql`delete from webhook_events`);
});

describe('an event', () => {
  it('reaches whoever chose it, signed so that the public library takes it, and is written down', async () => {
    await using consumer = await startConsumer(() => ({ status: 202, body: 'teşekkürler' }));
    const endpoint = await addEndpoint(acme, `${consumer.url}?key=1`, { events: ['customer.*'] });
    const data = { customerId: null, phone: '+905321234567', suppressionId: endpoint.id, instanceId: endpoint.id };
    await publishLiveEvent(acme.ctx, { type: 'customer.opted-out', data });
    await happen(acme, 1, 'credits.low');
    await happen(globex, 2);
    await deliverAll(world);
    expect(consumer.knocks).toHaveLength(1);
    const [knock] = consumer.knocks;
    expect(knock!.path).toBe('/hook?key=1');
    const event = verify(endpoint.secret, knock!);
    expect(event).toEqual({
      id: knock!.id,
      type: 'customer.opted-out',
      apiVersion: 'v1',
      timestamp: world.clock.now().toISOString(),
      organizationId: acme.organizationId,
      data,
    });
    const [delivery, ...others] = await readDeliveries(acme, endpoint);
    expect(others).toEqual([]);
    expect(delivery).toMatchObject({
      eventId: knock!.id,
      event: 'customer.opted-out',
      status: 'delivered',
      nextAttemptAt: null,
    });
    expect(delivery.attempts).toEqual([
      {
        at: event.timestamp,
        statusCode: 202,
        error: null,
        tookMilliseconds: expect.any(Number),
        response: 'teşekkürler',
      },
    ]);
    expect(await readEndpoint(acme, endpoint)).toMatchObject({ lastSuccessAt: event.timestamp, failuresInRow: 0 });
  });

  it('F57: with one bit changed, or under another secret, is taken by nobody', async () => {
    await using consumer = await startConsumer();
    const { secret } = await addEndpoint(acme, consumer.url);
    const other = await addEndpoint(globex, consumer.url);
    await happen(acme);
    await deliverAll(world);
    const [knock] = consumer.knocks;
    expect(() => verify(other.secret, knock!)).toThrow('No matching signature');
    expect(() => verify(secret, { ...knock!, body: knock!.body.replace('"n":0', '"n":1') })).toThrow();
    expect(() => verify(secret, { ...knock!, headers: { ...knock!.headers, 'webhook-id': 'other' } })).toThrow();
    expect(verify(secret, knock!).data).toEqual({ n: 0 });
  });

  it('stands or falls with the transaction that it is about', async () => {
    await using consumer = await startConsumer();
    await addEndpoint(acme, consumer.url);
    const failing = inTransaction(acme.ctx, async (ctx) => {
      await publishLiveEvent(ctx, { type: 'credits.low', data: {} });
      throw new Error('rolled back');
    });
    await expect(failing).rejects.toThrow('rolled back');
    await deliverAll(world);
    expect(consumer.knocks).toEqual([]);
  });

  it('goes to each of several endpoints under one id, and is queued by none where nobody wants it', async () => {
    await using consumer = await startConsumer();
    for (const events of [['*'], ['customer.opted-out', 'customer.*'], ['message.received']])
      await addEndpoint(acme, consumer.url, { events });
    await happen(acme);
    await happen(acme, 0, 'credits.changed');
    await happen(acme, 0, 'campaign.progress');
    await deliverAll(world);
    expect(consumer.knocks).toHaveLength(2);
    expect(new Set(consumer.ids()).size).toBe(1);
    expect(await world.ctx.db.$count(sql`webhook_events`)).toBe(1);
  });

  it('of many in one statement each arrives once', async () => {
    await using consumer = await startConsumer();
    const endpoint = await addEndpoint(acme, consumer.url);
    await happenOften(world, acme, 130);
    await deliverAll(world);
    const numbers = consumer.knocks.map(({ body }) => JSON.parse(body).data.n as number);
    expect(numbers.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 130 }, (_, i) => i + 1));
    const { data, nextCursor } = await get(
      acme,
      `/v1/webhook-endpoints/${endpoint.id}/deliveries?limit=100&status=delivered`,
    );
    const rest = await readDeliveries(acme, endpoint, `?cursor=${nextCursor}&event=message.status-changed&limit=200`);
    expect(new Set([...data, ...rest].map(({ eventId }) => eventId)).size).toBe(130);
  });
});

describe('what fails', () => {
  it('F55: comes again as the specification says, with the same id and body and a new time, ten times in all', async () => {
    await using consumer = await startConsumer(() => 500);
    const endpoint = await addEndpoint(acme, consumer.url);
    await happen(acme);
    const minutes = [];
    for (let attempt = 1; attempt <= 10; attempt++) {
      await deliverAll(world);
      expect(consumer.knocks).toHaveLength(attempt);
      const [{ nextAttemptAt, status }] = await readDeliveries(acme, endpoint);
      expect(status).toBe(attempt < 10 ? 'pending' : 'failed');
      if (nextAttemptAt === null) break;
      minutes.push((Date.parse(nextAttemptAt) - world.clock.now().getTime()) / 60_000);
      world.clock.set(new Date(Date.parse(nextAttemptAt) - 1));
      await deliverAll(world);
      world.clock.set(new Date(nextAttemptAt));
    }
    const wanted = [1 / 12, 5, 30, 120, 300, 600, 840, 1200, 1440];
    expect(minutes).toHaveLength(wanted.length);
    for (const [i, wait] of minutes.entries()) {
      expect(wait).toBeGreaterThanOrEqual(wanted[i]! * 0.89);
      expect(wait).toBeLessThanOrEqual(wanted[i]! * 1.11);
    }
    expect(new Set(consumer.ids()).size).toBe(1);
    expect(new Set(consumer.knocks.map(({ body }) => body)).size).toBe(1);
    expect(new Set(consumer.knocks.map(({ headers }) => headers['webhook-timestamp'])).size).toBe(10);
    const [{ attempts }] = await readDeliveries(acme, endpoint, '?status=failed');
    expect(attempts.map(({ error }: { error: string }) => error)).toEqual(Array(10).fill('http-status'));
    world.clock.set(new Date());
  });

  it.each([
    [429, '120'],
    [503, 'date'],
  ])('%i: Retry-After is heeded, by everything that waits for the endpoint', async (status, wish) => {
    const header =
      wish === 'date' ? new Date(Math.ceil(world.clock.now().getTime() / 1000 + 120) * 1000).toUTCString() : wish;
    let busy = true;
    await using consumer = await startConsumer(() => (busy ? { status, headers: { 'retry-after': header } } : 200));
    const endpoint = await addEndpoint(acme, consumer.url);
    await happenOften(world, acme, 20);
    await deliverAll(world);
    const refused = consumer.knocks.length;
    expect(refused).toBeLessThanOrEqual(4);
    busy = false;
    await happen(acme);
    world.clock.advance({ seconds: 119 });
    await deliverAll(world);
    expect(consumer.knocks).toHaveLength(refused);
    world.clock.advance({ seconds: 3 });
    await deliverAll(world);
    expect(new Set(consumer.ids()).size).toBe(21);
    expect(await readDeliveries(acme, endpoint, '?status=pending')).toEqual([]);
  });

  it('a Retry-After of years puts it off for an hour', async () => {
    await using consumer = await startConsumer(() => ({ status: 503, headers: { 'retry-after': '999999999' } }));
    const endpoint = await addEndpoint(acme, consumer.url);
    await happen(acme);
    await deliverAll(world);
    const { pausedUntil } = await readEndpoint(acme, endpoint);
    expect(Date.parse(pausedUntil) - world.clock.now().getTime()).toBe(3_600_000);
  });

  it('a secret that nobody can read any more fails that endpoint alone, and is no reason to spin', async () => {
    await using consumer = await startConsumer();
    const spoilt = await addEndpoint(acme, consumer.url);
    const sound = await addEndpoint(acme, consumer.url);
    await world.ctx.db.execute(sql`update webhook_endpoints set secret_sealed = 'v1.x' where id = ${spoilt.id}`);
    await happen(acme);
    await deliverAll(world);
    expect(verify(sound.secret, consumer.knocks[0]!).data).toEqual({ n: 0 });
    expect(consumer.knocks).toHaveLength(1);
    const [{ status, attempts }] = await readDeliveries(acme, spoilt);
    expect([status, attempts]).toMatchObject(['pending', [{ statusCode: null, error: 'secret-unreadable' }]]);
  });

  it('redirects are not followed; nobody there is no answer', async () => {
    await using other = await startConsumer();
    await using consumer = await startConsumer(() => ({ status: 308, headers: { location: other.url } }));
    const redirecting = await addEndpoint(acme, consumer.url);
    const gone = await startConsumer();
    const silent = await addEndpoint(acme, gone.url);
    await gone[Symbol.asyncDispose]();
    await happen(acme);
    await deliverAll(world);
    expect(other.knocks).toEqual([]);
    const [{ attempts }] = await readDeliveries(acme, redirecting);
    expect(attempts).toMatchObject([{ statusCode: 308, error: 'redirect' }]);
    const [{ attempts: none }] = await readDeliveries(acme, silent);
    expect(none).toMatchObject([{ statusCode: null, error: 'connection-refused', response: null }]);
  });

  it('an endpoint that fails again and again is asked less and less, and at full width once it works', async () => {
    let works = false;
    await using consumer = await startConsumer(() => (works ? 200 : 500));
    const endpoint = await addEndpoint(acme, consumer.url);
    await happenOften(world, acme, 40);
    await deliverAll(world);
    expect(consumer.knocks.length).toBeLessThanOrEqual(6);
    world.clock.advance({ seconds: 1 });
    await deliverAll(world);
    expect(consumer.knocks.length).toBeLessThanOrEqual(7);
    works = true;
    for (let i = 0; i < 20; i++) {
      world.clock.advance({ minutes: 5 });
      await deliverAll(world);
    }
    expect(await readDeliveries(acme, endpoint, '?status=pending')).toEqual([]);
    expect(await readEndpoint(acme, endpoint)).toMatchObject({
      failuresInRow: 0,
      failingSince: null,
      pausedUntil: null,
    });
    expect(new Set(consumer.ids()).size).toBe(40);
    world.clock.set(new Date());
  });
});

describe('two workers', () => {
  it('share endpoints: each event once, and one endpoint in one hand at a time', async () => {
    let [open, most] = [0, 0];
    await using consumer = await startConsumer(async () => {
      most = Math.max(most, ++open);
      await new Promise(setImmediate);
      open--;
      return 200;
    });
    await addEndpoint(acme, consumer.url);
    await happenOften(world, acme, 100);
    const work = async () => {
      while (consumer.knocks.length < 100) await deliverDue(world.ctx);
    };
    await Promise.all([work(), work(), work()]);
    await deliverAll(world);
    expect(new Set(consumer.ids()).size).toBe(100);
    expect(consumer.knocks).toHaveLength(100);
    expect(most).toBeLessThanOrEqual(4);
  });

  it('what one had in hand when it was lost is taken over when its lease ends', async () => {
    await using consumer = await startConsumer();
    const endpoint = await addEndpoint(acme, consumer.url);
    await happen(acme);
    const until = new Date(world.clock.now().getTime() + 30_000).toISOString();
    await world.ctx.db.execute(sql`
      update webhook_endpoints set leased_by = uuid_v7(), lease_until_at = ${until}::timestamptz where id = ${endpoint.id}`);
    await deliverAll(world);
    expect(consumer.knocks).toEqual([]);
    world.clock.advance({ seconds: 31 });
    await deliverAll(world);
    expect(consumer.knocks).toHaveLength(1);
  });
});
