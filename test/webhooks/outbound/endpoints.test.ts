import { sql } from 'drizzle-orm';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { createApiKey } from '#src/accounts/create-api-key.ts';
import { purgeWebhooks } from '#webhooks/outbound/purge-webhooks.ts';
import {
  addEndpoint,
  deliverAll,
  get,
  happen,
  hooksWorld,
  readDeliveries,
  readEndpoint,
  startConsumer,
  verify,
} from './hooks-scene.ts';

const PATH = '/v1/webhook-endpoints';
const world = await hooksWorld();
const { acme, globex, ctx, clock } = world;
afterAll(() => world[Symbol.asyncDispose]());
beforeEach(async () => {
  clock.set(new Date());
  world.dns.clear();
  await ctx.db.execute(sql`delete from webhook_endpoints`);
  await ctx.db.execute(sql`delete from webhook_events`);
});
const open = { url: 'https://crm.example.com/hooks', events: ['message.received', 'campaign.*'] };

describe(`POST ${PATH}`, () => {
  it('201: shows the secret once, and keeps it encrypted', async () => {
    const response = await acme.call('POST', PATH, { ...open, description: 'CRM’imiz', enabled: true });
    expect(response.status).toBe(201);
    const { secret, ...endpoint } = (await response.json()) as { id: string; secret: string };
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(endpoint).toMatchObject({
      ...open,
      description: 'CRM’imiz',
      enabled: true,
      failuresInRow: 0,
      disabledReason: null,
    });
    expect(await readEndpoint(acme, endpoint)).toEqual(endpoint);
    expect(await get(acme, PATH)).toEqual({ data: [endpoint], nextCursor: null });
    const stored = JSON.stringify([
      ...(await ctx.db.execute(sql`select e, (select json_agg(a) from activities a) from webhook_endpoints e`)),
    ]);
    expect(stored).not.toContain(secret.slice(6, 30));
  });

  it.each([
    ['http://10.0.0.1/', 'private'],
    ['http://169.254.169.254/latest/meta-data', 'private'],
    ['https://inside.example.com/', 'private'],
    ['https://user:secret@crm.example.com/', 'user name'],
    ['https://crm.example.com:25/', 'Port'],
    ['ftp://crm.example.com/', 'https'],
    ['crm.example.com', 'https'],
    ['javascript:alert(1)', 'https'],
  ])('400: %s', async (url, why) => {
    world.dns.setAddresses('inside.example.com', ['10.1.2.3']);
    const response = await acme.call('POST', PATH, { ...open, url });
    expect(response.status).toBe(400);
    const { errors } = (await response.json()) as { errors: { path: string; message: string }[] };
    expect(errors).toMatchObject([{ path: 'url', message: expect.stringContaining(why) }]);
    expect(await ctx.db.$count(sql`webhook_endpoints`)).toBe(0);
  });

  it('400: refusals in Turkish, too; types that are not there', async () => {
    const turkish = { 'accept-language': 'tr' };
    const refused = await acme.call('POST', PATH, { ...open, url: 'http://127.0.0.1.nip.example:80/' });
    expect(refused.status).toBe(201);
    const inside = await acme.call('POST', PATH, { ...open, url: 'http://10.0.0.1/' }, turkish);
    expect(await inside.text()).toContain('özel bir ağa');
    for (const events of [[], ['message.*', 'nonsense'], ['campaign.progress'], ['ping'], ['message*'], ['**']])
      expect((await acme.call('POST', PATH, { ...open, events })).status).toBe(400);
  });

  it('409: the twenty-first, also when many come at once', async () => {
    const answers = await Promise.all(Array.from({ length: 24 }, () => acme.call('POST', PATH, open)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(20);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(4);
    await addEndpoint(globex, open.url);
    const { data, nextCursor } = await get(acme, `${PATH}?limit=15`);
    expect([data.length, (await get(acme, `${PATH}?cursor=${nextCursor}`)).data.length]).toEqual([15, 5]);
  });

  it('403: a consultant, and a key of his; 201: a key of the owner’s', async () => {
    const member = { email: 'emre@example.com', password: 'correct horse battery', name: 'Emre', role: 'consultant' };
    expect((await acme.call('POST', '/v1/organization/members', member)).status).toBe(201);
    const signedIn = await world.call('POST', '/v1/auth/sign-in/email', {
      email: member.email,
      password: member.password,
    });
    const { token } = (await signedIn.json()) as { token: string };
    const his = { authorization: `Bearer ${token}` };
    const endpoint = await addEndpoint(acme, open.url);
    for (const [method, path, body] of [
      ['GET', PATH],
      ['POST', PATH, open],
      ['GET', `${PATH}/${endpoint.id}`],
      ['PATCH', `${PATH}/${endpoint.id}`, { enabled: false }],
      ['DELETE', `${PATH}/${endpoint.id}`],
      ['POST', `${PATH}/${endpoint.id}/test`],
      ['GET', `${PATH}/${endpoint.id}/deliveries`],
    ] as const)
      expect([path, (await world.call(method, path, body, his)).status]).toEqual([path, 403]);
    const { key } = await createApiKey(acme.ctx, { name: 'hooks', scopes: ['webhooks:write'], expiresAt: null });
    expect((await world.call('POST', PATH, open, { 'x-api-key': key })).status).toBe(201);
  });
});

describe(`PATCH ${PATH}/{id}, DELETE ${PATH}/{id}`, () => {
  it('200: what is left out stays; what it chose and where it is count from the next event on', async () => {
    await using consumer = await startConsumer();
    await using moved = await startConsumer();
    const endpoint = await addEndpoint(acme, consumer.url, { events: ['credits.low'], description: 'a' });
    const change = { url: moved.url, events: ['customer.opted-out'] };
    const response = await acme.call('PATCH', `${PATH}/${endpoint.id}`, change);
    expect(await response.json()).toMatchObject({ ...change, description: 'a', enabled: true });
    await happen(acme);
    await deliverAll(world);
    expect([consumer.knocks.length, moved.knocks.length]).toEqual([0, 1]);
    expect((await acme.call('PATCH', `${PATH}/${endpoint.id}`, { url: 'http://192.168.0.1/' })).status).toBe(400);
  });

  it('200: switched off it is told nothing; switched on it is told what had waited, and can have the rest replayed', async () => {
    let works = false;
    await using consumer = await startConsumer(() => (works ? 200 : 500));
    const endpoint = await addEndpoint(acme, consumer.url);
    await happen(acme, 1);
    await deliverAll(world);
    const off = await acme.call('PATCH', `${PATH}/${endpoint.id}`, { enabled: false });
    expect(await off.json()).toMatchObject({ enabled: false, disabledReason: 'by-hand', failuresInRow: 1 });
    await happen(acme, 2);
    clock.advance({ minutes: 1 });
    await deliverAll(world);
    expect(consumer.knocks).toHaveLength(1);
    works = true;
    const on = await acme.call('PATCH', `${PATH}/${endpoint.id}`, { enabled: true });
    expect(await on.json()).toMatchObject({
      enabled: true,
      disabledReason: null,
      failuresInRow: 0,
      failingSince: null,
    });
    await deliverAll(world);
    expect(consumer.knocks.map(({ body }) => JSON.parse(body).data.n)).toEqual([1, 1]);
    const range = { from: new Date(clock.now().getTime() - 3_600_000).toISOString(), to: clock.now().toISOString() };
    expect((await acme.call('POST', `${PATH}/${endpoint.id}/replay`, range)).status).toBe(202);
    await world.drain();
    expect(
      consumer.knocks
        .slice(2)
        .map(({ body }) => JSON.parse(body).data.n)
        .sort(),
    ).toEqual([1, 2]);
  });

  it('204: is told nothing any more, though it waits for something; the secrets and, in the night, the log are gone', async () => {
    await using consumer = await startConsumer();
    const endpoint = await addEndpoint(acme, consumer.url);
    await happen(acme);
    expect((await acme.call('DELETE', `${PATH}/${endpoint.id}`)).status).toBe(204);
    expect((await acme.call('DELETE', `${PATH}/${endpoint.id}`)).status).toBe(404);
    await happen(acme);
    await deliverAll(world);
    expect(consumer.knocks).toEqual([]);
    const [row] = await ctx.db.execute(sql`select secret_sealed from webhook_endpoints where id = ${endpoint.id}`);
    expect(row).toEqual({ secret_sealed: '' });
    await purgeWebhooks(ctx);
    expect(await ctx.db.$count(sql`webhook_endpoints`)).toBe(0);
    expect(await ctx.db.$count(sql`webhook_deliveries`)).toBe(0);
  });

  it("404: another organization's, in every route", async () => {
    const endpoint = await addEndpoint(acme, open.url);
    const range = { from: '2026-01-01T00:00:00Z', to: '2026-01-02T00:00:00Z' };
    for (const [method, path, body] of [
      ['GET', `${PATH}/${endpoint.id}`],
      ['PATCH', `${PATH}/${endpoint.id}`, { enabled: false }],
      ['DELETE', `${PATH}/${endpoint.id}`],
      ['POST', `${PATH}/${endpoint.id}/rotate-secret`],
      ['POST', `${PATH}/${endpoint.id}/test`],
      ['GET', `${PATH}/${endpoint.id}/deliveries`],
      ['POST', `${PATH}/${endpoint.id}/replay`, range],
      ['GET', `${PATH}/${endpoint.id}/replays/${endpoint.id}`],
      ['POST', `${PATH}/${endpoint.id}/deliveries/${endpoint.id}/replay`],
    ] as const)
      expect([path, (await globex.call(method, path, body)).status]).toEqual([path, 404]);
  });
});

describe(`POST ${PATH}/{id}/rotate-secret`, () => {
  it('F58: 200: for a day both secrets verify, then only the new one', async () => {
    await using consumer = await startConsumer();
    const { id, secret: old } = await addEndpoint(acme, consumer.url);
    const response = await acme.call('POST', `${PATH}/${id}/rotate-secret`);
    expect(response.status).toBe(200);
    const { secret, previousSecretUntil } = (await response.json()) as Record<string, string>;
    expect(secret).not.toBe(old);
    await happen(acme);
    await deliverAll(world);
    const [both] = consumer.knocks;
    expect(String(both!.headers['webhook-signature']).split(' ')).toHaveLength(2);
    for (const one of [secret!, old]) expect(verify(one, both!).data).toEqual({ n: 0 });
    await ctx.db.execute(
      sql`update webhook_endpoints set previous_secret_until_at = previous_secret_until_at - interval '25 hours'`,
    );
    await happen(acme);
    await deliverAll(world);
    expect(verify(secret!, consumer.knocks[1]!).data).toEqual({ n: 0 });
    expect(() => verify(old, consumer.knocks[1]!)).toThrow();
    expect(Date.parse(previousSecretUntil!) - clock.now().getTime()).toBe(86_400_000);
  });
});

describe(`POST ${PATH}/{id}/test`, () => {
  it('200: says what came of a ping, also of one that is switched off, and writes it down', async () => {
    let status = 200;
    await using consumer = await startConsumer(() => ({ status, body: 'pong' }));
    const endpoint = await addEndpoint(acme, consumer.url, { enabled: false });
    const ping = async () => (await (await acme.call('POST', `${PATH}/${endpoint.id}/test`)).json()) as object;
    expect(await ping()).toMatchObject({ delivered: true, statusCode: 200, error: null, response: 'pong' });
    expect(verify(endpoint.secret, consumer.knocks[0]!)).toMatchObject({
      type: 'ping',
      data: { endpointId: endpoint.id },
    });
    status = 404;
    expect(await ping()).toMatchObject({ delivered: false, statusCode: 404, error: 'http-status' });
    expect(await readDeliveries(acme, endpoint, '?event=ping')).toMatchObject([
      { status: 'failed' },
      { status: 'delivered' },
    ]);
    await deliverAll(world);
    expect(consumer.knocks).toHaveLength(2);
  });
});

it('429: a second test while the first is on its way', async () => {
  let second: Promise<Response> | undefined;
  const path = () => `${PATH}/${endpoint.id}/test`;
  await using consumer = await startConsumer(async () => {
    second ??= acme.call('POST', path());
    await second;
    return 200;
  });
  const endpoint = await addEndpoint(acme, consumer.url);
  expect(await (await acme.call('POST', path())).json()).toMatchObject({ delivered: true });
  const refused = await second!;
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '20']);
  expect((await acme.call('POST', path())).status).toBe(200);
});
