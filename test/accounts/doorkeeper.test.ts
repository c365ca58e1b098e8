import { defaultKeyHasher } from '@better-auth/api-key';
import { z } from '@hono/zod-openapi';
import { eq } from 'drizzle-orm';
import { serializeSigned } from 'hono/utils/cookie';
import { expect, it } from 'vitest';
import { apiKeys, members, rateLimits, sessions, users } from '#src/db/schema/accounts.ts';
import { definePublicRoute, defineRoute } from '#src/door.ts';
import { createWorld, type World } from '#test/support/world.ts';
import { bearer, json, openDoor } from './open-door.ts';

const Who = z.object({
  userId: z.string(),
  organizationId: z.string(),
  actor: z.string(),
  isAdmin: z.boolean(),
  scopes: z.array(z.string()).nullable(),
});
const answer = { status: 200, schema: Who } as const;
const say = { summary: 'probe', tag: 'Probe', answer };
const who = async ({ ctx }: { ctx: World['acme']['ctx'] }) => ({
  userId: ctx.userId,
  organizationId: ctx.organizationId,
  actor: `${ctx.actor.type} ${ctx.actor.id}`,
  isAdmin: ctx.isAdmin,
  scopes: ctx.scopes,
});
const routes = [
  defineRoute({ ...say, method: 'get', path: '/v1/probe', access: 'user', scope: 'customers:read' }, who),
  defineRoute({ ...say, method: 'post', path: '/v1/probe', access: 'user', scope: 'customers:write' }, who),
  defineRoute({ ...say, method: 'get', path: '/v1/probe/unscoped', access: 'user' }, who),
  defineRoute({ ...say, method: 'get', path: '/v1/admin/probe', access: 'admin', scope: 'customers:read' }, who),
  defineRoute(
    { ...say, method: 'get', path: '/v1/probe/raw', access: 'user', answer: { status: 200 } },
    async () => new Response('raw'),
  ),
  definePublicRoute(
    { ...say, method: 'get', path: '/v1/probe/public', answer: { status: 200 } },
    async () => new Response('hello'),
  ),
  definePublicRoute(
    { ...say, method: 'post', path: '/hooks/probe', answer: { status: 200 } },
    async () => new Response('hello'),
  ),
];

const codeOf = async (response: Response) => `${response.status} ${(await json(response))['code']}`;

async function cookieOf(world: World, token: string): Promise<string> {
  return (await serializeSigned('ulak.session_token', token, world.ctx.authSecret)).split(';')[0]!;
}

async function keyOf(
  world: World,
  permissions: object,
  more: Partial<typeof apiKeys.$inferInsert> = {},
): Promise<string> {
  const key = `ulak_${crypto.randomUUID()}`;
  const row = {
    key: await defaultKeyHasher(key),
    referenceId: world.acme.userId,
    permissions: JSON.stringify(permissions),
  };
  await world.ctx.db.insert(apiKeys).values({ ...row, ...more });
  return key;
}

it('200: bearer, cookie and API key each say who is asking', async () => {
  await using world = await createWorld();
  const { call } = openDoor(world.ctx, { routes });
  const { userId, organizationId, token } = world.acme;
  const same = { userId, organizationId, isAdmin: false };
  const byBearer = await call('GET', '/v1/probe', undefined, { authorization: `bearer ${token}` });
  expect(await byBearer.json()).toEqual({ ...same, actor: `user ${userId}`, scopes: null });
  const byCookie = await call('GET', '/v1/probe', undefined, { cookie: await cookieOf(world, token) });
  expect(await byCookie.json()).toEqual({ ...same, actor: `user ${userId}`, scopes: null });
  const byKey = await call('GET', '/v1/probe', undefined, { 'x-api-key': await keyOf(world, { customers: ['read'] }) });
  expect(await byKey.json()).toEqual({ ...same, actor: expect.stringMatching(/^apiKey /), scopes: ['customers:read'] });
});

it('401: nobody, a wrong token, a forged or unsigned cookie, another scheme, two at once', async () => {
  await using world = await createWorld();
  const { call } = openDoor(world.ctx, { routes });
  const { token } = world.acme;
  const forged = (await serializeSigned('ulak.session_token', token, 'another secret')).split(';')[0]!;
  const attempts: Record<string, string>[] = [
    {},
    bearer('wrong'),
    bearer(`${token}x`),
    bearer(''),
    bearer('x'.repeat(5000)),
    { authorization: `Basic ${btoa(`acme:${token}`)}` },
    { authorization: token },
    { cookie: forged },
    { cookie: `ulak.session_token=${token}` },
    { cookie: 'ulak.session_token=%E0%A4%A' },
    { 'x-api-key': 'ulak_wrong' },
    { 'x-api-key': token },
    { 'x-api-key': await keyOf(world, { customers: ['read'] }), ...bearer(token) },
  ];
  for (const headers of attempts) {
    const response = await call('GET', '/v1/probe', undefined, headers);
    expect([headers, response.headers.get('www-authenticate'), await codeOf(response)]).toEqual([
      headers,
      'Bearer',
      '401 unauthenticated',
    ]);
  }
});

it('401: an ended session and an expired or disabled key', async () => {
  await using world = await createWorld();
  const { call } = openDoor(world.ctx, { routes });
  const past = new Date(world.clock.now().getTime());
  await world.ctx.db.update(sessions).set({ expiresAt: past }).where(eq(sessions.userId, world.acme.userId));
  expect(await codeOf(await call('GET', '/v1/probe', undefined, bearer(world.acme.token)))).toBe('401 unauthenticated');
  const expired = await keyOf(world, { customers: ['read'] }, { expiresAt: past });
  expect(await codeOf(await call('GET', '/v1/probe', undefined, { 'x-api-key': expired }))).toBe('401 unauthenticated');
  const disabled = await keyOf(world, { customers: ['read'] }, { enabled: false });
  expect(await codeOf(await call('GET', '/v1/probe', undefined, { 'x-api-key': disabled }))).toBe(
    '401 unauthenticated',
  );
});

it('403: a key does only what its scopes name, nothing without a scope, and nothing of an admin', async () => {
  await using world = await createWorld();
  const { call } = openDoor(world.ctx, { routes });
  const key = { 'x-api-key': await keyOf(world, { customers: ['read'] }, { referenceId: world.admin.userId }) };
  expect((await call('GET', '/v1/probe', undefined, key)).status).toBe(200);
  expect((await json(await call('GET', '/v1/probe', undefined, key)))['isAdmin']).toBe(false);
  expect(await codeOf(await call('POST', '/v1/probe', undefined, key))).toBe('403 forbidden');
  expect(await codeOf(await call('GET', '/v1/probe/unscoped', undefined, key))).toBe('403 forbidden');
  expect(await codeOf(await call('GET', '/v1/admin/probe', undefined, key))).toBe('403 forbidden');
  const nonsense = { 'x-api-key': await keyOf(world, { customers: 'read', admin: ['all'] }) };
  expect(await codeOf(await call('GET', '/v1/probe', undefined, nonsense))).toBe('403 forbidden');
});

it('F64: 403: admin routes are for admins, and a lost role counts at once', async () => {
  await using world = await createWorld();
  const { call } = openDoor(world.ctx, { routes });
  const asAdmin = () => call('GET', '/v1/admin/probe', undefined, bearer(world.admin.token));
  expect(await codeOf(await call('GET', '/v1/admin/probe', undefined, bearer(world.acme.token)))).toBe('403 forbidden');
  const answered = await asAdmin();
  expect(await answered.json()).toMatchObject({ isAdmin: true, actor: `admin ${world.admin.userId}` });
  await world.ctx.db.update(users).set({ role: 'user' }).where(eq(users.id, world.admin.userId));
  expect(await codeOf(await asAdmin())).toBe('403 forbidden');
});

it('403: a ban counts at once, for sessions and keys, until it ends', async () => {
  await using world = await createWorld();
  const { call } = openDoor(world.ctx, { routes });
  const key = { 'x-api-key': await keyOf(world, { customers: ['read'] }) };
  const until = new Date(world.clock.now().getTime() + 3_600_000);
  await world.ctx.db.update(users).set({ banned: true, banExpires: until }).where(eq(users.id, world.acme.userId));
  for (const headers of [bearer(world.acme.token), key]) {
    const response = await call('GET', '/v1/probe', undefined, headers);
    expect(await json(response)).toMatchObject({ code: 'banned', until: until.toISOString() });
  }
  world.clock.advance({ hours: 1 });
  expect((await call('GET', '/v1/probe', undefined, bearer(world.acme.token))).status).toBe(200);
  await world.ctx.db.update(users).set({ banned: true, banExpires: null }).where(eq(users.id, world.acme.userId));
  world.clock.advance({ days: 1 });
  expect(await codeOf(await call('GET', '/v1/probe', undefined, bearer(world.acme.token)))).toBe('403 banned');
});

it('403: whoever was taken out of his organization', async () => {
  await using world = await createWorld();
  const { call } = openDoor(world.ctx, { routes });
  await world.ctx.db.delete(members).where(eq(members.userId, world.acme.userId));
  expect(await codeOf(await call('GET', '/v1/probe', undefined, bearer(world.acme.token)))).toBe('403 forbidden');
});

it('403: a change by cookie from another site, or from nowhere', async () => {
  await using world = await createWorld({ env: { CORS_ORIGINS: 'https://crm.example.com' } });
  const { call } = openDoor(world.ctx, { routes });
  const cookie = await cookieOf(world, world.acme.token);
  const post = (headers: Record<string, string>) => call('POST', '/v1/probe', undefined, { cookie, ...headers });
  for (const headers of [
    {},
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: 'http://127.0.0.1:3001' },
  ])
    expect([headers, await codeOf(await post(headers as Record<string, string>))]).toEqual([headers, '403 forbidden']);
  expect((await post({ origin: 'http://127.0.0.1:3000' })).status).toBe(200);
  expect((await post({ origin: 'https://crm.example.com' })).status).toBe(200);
  expect((await post({ origin: 'https://app.ulak.example', host: 'app.ulak.example' })).status).toBe(200);
  expect(
    (await call('POST', '/v1/probe', undefined, { ...bearer(world.acme.token), origin: 'https://evil.example' }))
      .status,
  ).toBe(200);
});

it('429: each user and key has a share of its own, told in headers, and public routes one an address', async () => {
  await using world = await createWorld();
  const limits = { signedInPerMinute: 3, anonymousPerMinute: 2 };
  const { call } = openDoor(world.ctx, { routes, limits });
  const ask = (token: string, path = '/v1/probe') => call('GET', path, undefined, bearer(token));
  const first = await ask(world.acme.token);
  expect(first.headers.get('ratelimit-policy')).toBe('"signed-in";q=3;w=60');
  expect(first.headers.get('ratelimit')).toMatch(/^"signed-in";r=2;t=(60|59)$/);
  expect((await ask(world.acme.token, '/v1/probe/raw')).headers.get('ratelimit')).toMatch(/^"signed-in";r=1;/);
  await ask(world.acme.token);
  const refused = await ask(world.acme.token);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(refused.headers.get('ratelimit')).toMatch(/^"signed-in";r=0;/);
  expect(await codeOf(refused)).toBe('429 rate-limited');
  expect((await ask(world.globex.token)).status).toBe(200);
  for (const status of [200, 200, 429]) expect((await call('GET', '/v1/probe/public')).status).toBe(status);
  expect((await call('GET', '/v1/probe', undefined, bearer('guess'))).status).toBe(429);
  for (let i = 0; i < 5; i++) expect((await call('POST', '/hooks/probe')).status).toBe(200);
});

it('F65: 429: several processes share one limit, a hundred at once included; the next minute is a new one', async () => {
  await using world = await createWorld();
  const limits = { signedInPerMinute: 60, anonymousPerMinute: 40 };
  const doors = [1, 2, 3].map(() => openDoor(world.ctx, { routes, limits }));
  const ask = (i: number, headers: Record<string, string>, path = '/v1/probe') =>
    doors[i % 3]!.call('GET', path, undefined, headers);
  const hundred = async (headers: Record<string, string>, path?: string) => {
    const answers = await Promise.all(Array.from({ length: 100 }, (_, i) => ask(i, headers, path)));
    return answers.filter(({ status }) => status !== 429).length;
  };
  expect(await hundred(bearer(world.acme.token))).toBe(60);
  expect(await hundred(bearer(world.acme.token))).toBe(0);
  expect(await hundred(bearer('guess'))).toBe(40);
  expect((await ask(0, {}, '/v1/probe/public')).status).toBe(429);
  expect((await ask(1, bearer(world.globex.token))).headers.get('ratelimit')).toMatch(/^"signed-in";r=59;/);
  world.clock.advance({ minutes: 1 });
  expect(await hundred(bearer(world.acme.token))).toBe(60);
  const rows = await world.ctx.db.select().from(rateLimits);
  expect(rows.length).toBe(3);
  expect(JSON.stringify(rows)).not.toContain('192.0.2.1');
});

it('a key remembers its last use to the minute', async () => {
  await using world = await createWorld();
  const { call } = openDoor(world.ctx, { routes });
  const key = { 'x-api-key': await keyOf(world, { customers: ['read'] }) };
  const lastUse = async () => (await world.ctx.db.select({ at: apiKeys.lastRequest }).from(apiKeys))[0]!.at;
  await call('GET', '/v1/probe', undefined, key);
  const start = world.clock.now();
  expect(await lastUse()).toEqual(start);
  world.clock.advance({ seconds: 30 });
  await call('GET', '/v1/probe', undefined, key);
  expect(await lastUse()).toEqual(start);
  world.clock.advance({ seconds: 31 });
  await call('GET', '/v1/probe', undefined, key);
  expect(await lastUse()).toEqual(world.clock.now());
});

it('a cookie in use is prolonged once a day, with the session', async () => {
  await using world = await createWorld();
  const { call } = openDoor(world.ctx, { routes });
  const cookie = await cookieOf(world, world.acme.token);
  const now = world.clock.now().getTime();
  const expire = (days: number) =>
    world.ctx.db
      .update(sessions)
      .set({ expiresAt: new Date(now + days * 86_400_000) })
      .where(eq(sessions.userId, world.acme.userId));
  await expire(6.5);
  expect((await call('GET', '/v1/probe', undefined, { cookie })).headers.getSetCookie()).toEqual([]);
  await expire(5);
  const [prolonged] = (await call('GET', '/v1/probe', undefined, { cookie })).headers.getSetCookie();
  expect(prolonged).toContain('Max-Age=604800');
  expect(prolonged!.split(';')[0]).toBe(cookie);
  const [session] = await world.ctx.db.select().from(sessions).where(eq(sessions.userId, world.acme.userId));
  expect(session!.expiresAt.getTime()).toBe(now + 7 * 86_400_000);
});
