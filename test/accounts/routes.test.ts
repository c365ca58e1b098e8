import { eq } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { scopes } from '#src/accounts/scopes.ts';
import { apiKeys, members, userSettings } from '#src/db/schema/accounts.ts';
import { activities } from '#src/db/schema/activities.ts';
import { createWorld, type World } from '#test/support/world.ts';
import { bearer, json, openDoor } from './open-door.ts';

const codeOf = async (response: Response) => `${response.status} ${(await json(response))['code']}`;

function asked(world: World) {
  const { call } = openDoor(world.ctx);
  const as =
    (who: { token: string }) => (method: string, path: string, body?: unknown, headers?: Record<string, string>) =>
      call(method, path, body, { ...bearer(who.token), ...headers });
  return { call, acme: as(world.acme), globex: as(world.globex), as };
}

type Created = { id: string; key: string; start: string; token: string; userId: string };
const created = async (response: Response) => (await response.json()) as Created;

it('GET /v1/me 200: credits as balance, held and available', async () => {
  await using world = await createWorld();
  const { acme } = asked(world);
  expect(await json(await acme('GET', '/v1/me'))).toMatchObject({
    user: { id: world.acme.userId, email: 'acme@example.com' },
    organization: { id: world.acme.organizationId, role: 'owner' },
    credits: { currentCredit: 1000, heldCredit: 0, availableCredit: 1000 },
    settings: { delay: { minSeconds: 0, maxSeconds: 0 } },
  });
});

it('GET /v1/me: midnight at the end of a window reads 24:00', async () => {
  await using world = await createWorld();
  const { acme } = asked(world);
  await world.ctx.db
    .update(userSettings)
    .set({ windowStartMinute: 5, windowEndMinute: 1440 })
    .where(eq(userSettings.userId, world.acme.userId));
  expect(await json(await acme('GET', '/v1/me'))).toMatchObject({
    settings: { sendingWindow: { start: '00:05', end: '24:00' } },
  });
});

it.each([
  ['GET', '/v1/me'],
  ['GET', '/v1/api-keys'],
  ['POST', '/v1/api-keys'],
  ['DELETE', '/v1/api-keys/0197a0c0-0000-7000-8000-000000000000'],
  ['GET', '/v1/organization'],
  ['PATCH', '/v1/organization'],
  ['GET', '/v1/organization/members'],
  ['POST', '/v1/organization/members'],
  ['DELETE', '/v1/organization/members/0197a0c0-0000-7000-8000-000000000000'],
  ['GET', '/v1/auth/get-session'],
  ['POST', '/v1/auth/sign-out'],
])('401: %s %s without a login', async (method, path) => {
  await using world = await createWorld();
  expect(await codeOf(await asked(world).call(method, path))).toBe('401 unauthenticated');
});

it('POST /v1/api-keys 201: shown once, stored hashed, good for its scopes, gone when deleted', async () => {
  await using world = await createWorld();
  const { call, acme } = asked(world);
  const response = await acme('POST', '/v1/api-keys', { name: 'CRM', scopes: ['account:read', 'campaigns:write'] });
  expect([response.status, response.headers.get('cache-control')]).toEqual([201, 'no-store']);
  const { id, key, start } = await created(response);
  expect(key.startsWith(start)).toBe(true);
  expect((await world.ctx.db.select().from(apiKeys))[0]!.key).not.toContain(key.slice(10));
  expect((await call('GET', '/v1/me', undefined, { 'x-api-key': key })).status).toBe(200);
  const list = (await (await acme('GET', '/v1/api-keys')).json()) as { data: Record<string, unknown>[] };
  expect(list.data).toEqual([
    {
      id,
      name: 'CRM',
      start,
      scopes: ['account:read', 'campaigns:write'],
      expiresAt: null,
      lastUsedAt: world.clock.now().toISOString(),
      createdAt: world.clock.now().toISOString(),
    },
  ]);
  expect((await acme('DELETE', `/v1/api-keys/${id}`)).status).toBe(204);
  expect((await call('GET', '/v1/me', undefined, { 'x-api-key': key })).status).toBe(401);
  expect(await codeOf(await acme('DELETE', `/v1/api-keys/${id}`))).toBe('404 not-found');
});

it('POST /v1/api-keys with an Idempotency-Key shows the same key again, and makes one', async () => {
  await using world = await createWorld();
  const { acme } = asked(world);
  const post = () =>
    acme('POST', '/v1/api-keys', { name: 'CRM', scopes: ['account:read'] }, { 'idempotency-key': 'once' });
  expect((await created(await post())).key).toBe((await created(await post())).key);
  expect(await world.ctx.db.select().from(apiKeys)).toHaveLength(1);
});

it.each([
  ['an unknown scope', { name: 'k', scopes: ['everything'] }, 'scopes[0]'],
  ['no scope', { name: 'k', scopes: [] }, 'scopes'],
  ['no name', { scopes: ['account:read'] }, 'name'],
  ['another user', { name: 'k', scopes: ['account:read'], userId: '0197a0c0-0000-7000-8000-000000000000' }, 'userId'],
  ['better-auth permissions', { name: 'k', scopes: ['account:read'], permissions: { admin: ['all'] } }, 'permissions'],
  ['a time without an offset', { name: 'k', scopes: ['account:read'], expiresAt: '2027-01-01T00:00:00' }, 'expiresAt'],
  ['a time gone by', { name: 'k', scopes: ['account:read'], expiresAt: '2026-03-02T12:00:00+03:00' }, 'expiresAt'],
])('POST /v1/api-keys 400: %s', async (_what, body, path) => {
  await using world = await createWorld();
  const response = await asked(world).acme('POST', '/v1/api-keys', body);
  expect(response.status).toBe(400);
  expect((await response.json()) as object).toMatchObject({ code: 'invalid-request', errors: [{ path }] });
  expect(await world.ctx.db.select().from(apiKeys)).toHaveLength(0);
});

it('a key expires to the second', async () => {
  await using world = await createWorld();
  const { call, acme } = asked(world);
  const body = { name: 'k', scopes: ['account:read'], expiresAt: '2026-03-02T13:00:00+03:00' };
  const { key } = await created(await acme('POST', '/v1/api-keys', body));
  world.clock.set('2026-03-02T09:59:59Z');
  expect((await call('GET', '/v1/me', undefined, { 'x-api-key': key })).status).toBe(200);
  world.clock.set('2026-03-02T10:00:00Z');
  expect((await call('GET', '/v1/me', undefined, { 'x-api-key': key })).status).toBe(401);
});

it('403: a key with every scope neither manages keys nor the organization nor its session', async () => {
  await using world = await createWorld();
  const { call, acme } = asked(world);
  const { key, id } = await created(await acme('POST', '/v1/api-keys', { name: 'all', scopes }));
  const headers = { 'x-api-key': key };
  for (const [method, path, body] of [
    ['GET', '/v1/api-keys'],
    ['POST', '/v1/api-keys', { name: 'more', scopes: ['account:read'] }],
    ['DELETE', `/v1/api-keys/${id}`],
    ['PATCH', '/v1/organization', { name: 'Mine' }],
    [
      'POST',
      '/v1/organization/members',
      { email: 'a@example.com', name: 'A', password: 'password-1', role: 'consultant' },
    ],
    ['POST', '/v1/auth/change-password', { currentPassword: 'a', newPassword: 'password-1' }],
  ] as const)
    expect([path, await codeOf(await call(method, path, body, headers))]).toEqual([path, '403 forbidden']);
});

it('404: another user sees and revokes no key of mine', async () => {
  await using world = await createWorld();
  const { call, acme, globex } = asked(world);
  const { id, key } = await created(await acme('POST', '/v1/api-keys', { name: 'k', scopes: ['account:read'] }));
  expect(await json(await globex('GET', '/v1/api-keys'))).toEqual({ data: [], nextCursor: null });
  expect(await codeOf(await globex('DELETE', `/v1/api-keys/${id}`))).toBe('404 not-found');
  expect((await call('GET', '/v1/me', undefined, { 'x-api-key': key })).status).toBe(200);
});

it('409: a hundred keys a user, also when they are made at once', async () => {
  await using world = await createWorld();
  const { acme } = asked(world);
  const rows = Array.from({ length: 98 }, (_, i) => ({ key: `k${i}`, referenceId: world.acme.userId }));
  await world.ctx.db.insert(apiKeys).values(rows);
  const answers = await Promise.all(
    Array.from({ length: 8 }, () => acme('POST', '/v1/api-keys', { name: 'k', scopes: ['account:read'] })),
  );
  expect(answers.map((a) => a.status).sort()).toEqual([201, 201, 409, 409, 409, 409, 409, 409]);
});

it('PATCH /v1/organization 200: owner only; 400 for what is no country', async () => {
  await using world = await createWorld();
  const { acme, globex } = asked(world);
  const response = await acme('PATCH', '/v1/organization', { name: 'Acme Tekstil', defaultRegion: 'DE' });
  expect(await json(response)).toEqual({
    id: world.acme.organizationId,
    name: 'Acme Tekstil',
    role: 'owner',
    defaultRegion: 'DE',
    optOutWords: expect.arrayContaining(['STOP', 'İPTAL']),
    mailTracking: true,
    address: null,
    phone: null,
    website: null,
    workingHours: null,
    mapUrl: null,
    replyDays: 7,
  });
  for (const body of [
    { defaultRegion: 'XX' },
    { defaultRegion: 'tr' },
    { name: '' },
    { slug: 'x' },
    { id: world.globex.organizationId },
  ])
    expect(await codeOf(await acme('PATCH', '/v1/organization', body))).toBe('400 invalid-request');
  expect(await json(await globex('GET', '/v1/organization'))).toMatchObject({ name: 'globex', defaultRegion: 'TR' });
});

const burak = { email: 'burak@example.com', name: 'Burak', password: 'first-password', role: 'consultant' };

it('members: the owner adds a consultant, who signs in, sees the organization and manages nothing', async () => {
  await using world = await createWorld();
  const { call, acme, globex, as } = asked(world);
  const { userId } = await created(await acme('POST', '/v1/organization/members', burak));
  const asBurak = as(
    await created(await call('POST', '/v1/auth/sign-in/email', { email: burak.email, password: burak.password })),
  );
  expect(await json(await asBurak('GET', '/v1/me'))).toMatchObject({
    user: { id: userId },
    organization: { id: world.acme.organizationId, role: 'consultant' },
    credits: { currentCredit: 0 },
  });
  const list = (await (await asBurak('GET', '/v1/organization/members?limit=1')).json()) as {
    data: object[];
    nextCursor: string;
  };
  expect(list.data).toMatchObject([{ userId: world.acme.userId, role: 'owner' }]);
  const rest = await json(await asBurak('GET', `/v1/organization/members?cursor=${list.nextCursor}`));
  expect(rest).toMatchObject({ data: [{ userId, role: 'consultant', email: burak.email }], nextCursor: null });
  expect(await codeOf(await asBurak('POST', '/v1/organization/members', { ...burak, email: 'x@example.com' }))).toBe(
    '403 forbidden',
  );
  expect(await codeOf(await asBurak('DELETE', `/v1/organization/members/${world.acme.userId}`))).toBe('403 forbidden');
  expect(await codeOf(await asBurak('PATCH', '/v1/organization', { name: 'Mine' }))).toBe('403 forbidden');
  expect(await codeOf(await globex('DELETE', `/v1/organization/members/${userId}`))).toBe('404 not-found');
  expect(await json(await globex('GET', '/v1/organization/members'))).toMatchObject({
    data: [{ userId: world.globex.userId }],
  });
});

it('members 204: a removed consultant is out at once, session and key alike; the owner stays', async () => {
  await using world = await createWorld();
  const { call, acme, as } = asked(world);
  const { userId } = await created(await acme('POST', '/v1/organization/members', burak));
  const signIn = () => call('POST', '/v1/auth/sign-in/email', { email: burak.email, password: burak.password });
  const asBurak = as(await created(await signIn()));
  const { key } = await created(await asBurak('POST', '/v1/api-keys', { name: 'k', scopes: ['account:read'] }));
  expect((await acme('DELETE', `/v1/organization/members/${userId}`)).status).toBe(204);
  expect((await asBurak('GET', '/v1/me')).status).toBe(401);
  expect((await call('GET', '/v1/me', undefined, { 'x-api-key': key })).status).toBe(401);
  expect(await codeOf(await as(await created(await signIn()))('GET', '/v1/me'))).toBe('403 forbidden');
  expect(await codeOf(await acme('DELETE', `/v1/organization/members/${userId}`))).toBe('404 not-found');
  expect(await codeOf(await acme('DELETE', `/v1/organization/members/${world.acme.userId}`))).toBe('409 conflict');
  expect(await codeOf(await acme('DELETE', '/v1/organization/members/not-an-id'))).toBe('404 not-found');
});

it('members 400, 409: no owner beside the owner, no address twice, nobody made', async () => {
  await using world = await createWorld();
  const { acme } = asked(world);
  expect(await codeOf(await acme('POST', '/v1/organization/members', { ...burak, role: 'owner' }))).toBe(
    '400 invalid-request',
  );
  expect(
    await codeOf(
      await acme('POST', '/v1/organization/members', { ...burak, organizationId: world.globex.organizationId }),
    ),
  ).toBe('400 invalid-request');
  expect(await codeOf(await acme('POST', '/v1/organization/members', { ...burak, email: 'GLOBEX@example.com' }))).toBe(
    '409 already-exists',
  );
  expect(await world.ctx.db.select().from(members)).toHaveLength(3);
});

it('no activity holds a password or a key', async () => {
  await using world = await createWorld();
  const { call, acme } = asked(world);
  const { key } = await created(await acme('POST', '/v1/api-keys', { name: 'k', scopes: ['account:read'] }));
  await call('POST', '/v1/auth/sign-up/email', { email: 'a@example.com', name: 'A', password: 'sesame-open-up' });
  await acme('POST', '/v1/organization/members', burak);
  const trail = JSON.stringify(await world.ctx.db.select().from(activities));
  for (const secret of [key.slice(12), 'sesame-open-up', burak.password]) expect(trail).not.toContain(secret);
  expect(trail).toContain('accounts.sign-up');
});
