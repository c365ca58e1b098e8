import { eq, sql } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { credentials, members, organizations, sessions, userSettings, users } from '#src/db/schema/accounts.ts';
import { createWorld } from '#test/support/world.ts';
import { bearer, json, openDoor } from './open-door.ts';

const ayse = { email: 'Ayse@Example.com', password: 'kahve-telve-42', name: 'Ayşe Yılmaz' };

it('sign-up 200: a user, an organization of his own, settings and an empty credit account', async () => {
  await using world = await createWorld();
  const { call } = openDoor(world.ctx);
  const response = await call('POST', '/v1/auth/sign-up/email', ayse, { 'accept-language': 'tr' });
  expect(response.status).toBe(200);
  expect(response.headers.get('cache-control')).toBe('no-store');
  const { token, user } = (await response.json()) as {
    token: string;
    user: { id: string; email: string; role: string };
  };
  expect(user).toMatchObject({ email: 'ayse@example.com', name: 'Ayşe Yılmaz', role: 'user', emailVerified: false });
  const me = await (await call('GET', '/v1/me', undefined, bearer(token))).json();
  expect(me).toMatchObject({
    user: { id: user.id },
    organization: { name: 'Ayşe Yılmaz', role: 'owner', defaultRegion: 'TR' },
    credits: { currentCredit: 0, heldCredit: 0, availableCredit: 0 },
    settings: {
      timeZone: 'Europe/Istanbul',
      locale: 'tr',
      sendingWindow: { start: '09:00', end: '22:00', days: [1, 2, 3, 4, 5, 6, 7] },
      delay: { minSeconds: 8, maxSeconds: 20 },
      dailyCap: null,
    },
  });
});

it('sign-up stores a scrypt hash, and never the password', async () => {
  await using world = await createWorld();
  const { call } = openDoor(world.ctx, { passwords: 'as-in-production' });
  await call('POST', '/v1/auth/sign-up/email', ayse);
  const [row] = await world.ctx.db.select({ password: credentials.password }).from(credentials);
  expect(row!.password).toMatch(/^[0-9a-f]{32}:[0-9a-f]{128}$/);
});

it('sign-up 409: the address is taken, in any case of letters, also when twenty try at once', async () => {
  await using world = await createWorld();
  const { call } = openDoor(world.ctx);
  const emails = Array.from({ length: 20 }, (_, i) => (i % 2 ? 'AYSE@example.com' : 'ayse@EXAMPLE.com'));
  const answers = await Promise.all(emails.map((email) => call('POST', '/v1/auth/sign-up/email', { ...ayse, email })));
  expect(answers.filter((a) => a.status === 200)).toHaveLength(1);
  // 503: on a machine that has no time for twenty, some are told to come back
  expect(answers.filter((a) => a.status === 409 || a.status === 503)).toHaveLength(19);
  const refused = answers.find((a) => a.status === 409)!;
  expect(refused.headers.get('content-type')).toBe('application/problem+json');
  expect((await json(refused))['code']).toBe('already-exists');
  const found = await world.ctx.db.select().from(users).where(eq(users.email, 'ayse@example.com'));
  expect(found).toHaveLength(1);
  const [{ orphans }] = (await world.ctx.db.execute(
    sql`select count(*)::int as orphans from ${organizations} o where not exists (select from ${members} m where m.organization_id = o.id)`,
  )) as unknown as [{ orphans: number }];
  expect(orphans).toBe(0);
});

it('sign-up leaves nothing behind when it fails half way', async () => {
  await using world = await createWorld();
  const { call } = openDoor(world.ctx);
  await world.ctx.db.execute(
    sql`alter table user_settings add constraint stop check (time_zone <> 'Europe/Istanbul') not valid`,
  );
  expect((await call('POST', '/v1/auth/sign-up/email', ayse)).status).toBe(500);
  expect(await world.ctx.db.select().from(users).where(eq(users.email, 'ayse@example.com'))).toHaveLength(0);
  await world.ctx.db.execute(sql`alter table user_settings drop constraint stop`);
  expect((await call('POST', '/v1/auth/sign-up/email', ayse)).status).toBe(200);
});

it.each([
  ['a body that is no JSON', '{"email":', 400, 'body'],
  ['no e-mail', { ...ayse, email: 'ayse' }, 400, 'email'],
  ['a number for a password', { ...ayse, password: 12345678 }, 400, 'password'],
  ['a short password', { ...ayse, password: '1234567' }, 400, 'password'],
  ['a long password', { ...ayse, password: 'a'.repeat(129) }, 400, 'password'],
  ['NUL in the name', { ...ayse, name: 'Ay\0se' }, 400, 'name'],
  ['half a character', { ...ayse, name: 'Ay\ud800se' }, 400, 'name'],
  ['a blank name', { ...ayse, name: '   ' }, 400, 'name'],
  ['a role of his own choosing', { ...ayse, role: 'admin' }, 400, 'role'],
  ['an id of his own choosing', { ...ayse, userId: '0197a0c0-0000-7000-8000-000000000000' }, 400, 'userId'],
  ['a list', [ayse], 400, ''],
])('sign-up 400: %s is refused and nobody made', async (_what, body, status, path) => {
  await using world = await createWorld();
  const { call } = openDoor(world.ctx);
  const response = await call('POST', '/v1/auth/sign-up/email', body);
  expect(response.status).toBe(status);
  const problem = (await response.json()) as { code: string; errors: { path: string; message: string }[] };
  expect(problem.code).toBe('invalid-request');
  expect(problem.errors.map((e) => e.path)).toContain(path);
  expect(await world.ctx.db.select().from(users)).toHaveLength(3);
});

it('sign-in 413, 415: a body over 64 KB, a form', async () => {
  await using world = await createWorld();
  const { call } = openDoor(world.ctx);
  const large = await call('POST', '/v1/auth/sign-in/email', { email: 'a@example.com', password: 'x'.repeat(70_000) });
  expect(large.status).toBe(413);
  const form = await call('POST', '/v1/auth/sign-in/email', 'email=a', {
    'content-type': 'application/x-www-form-urlencoded',
  });
  expect(form.status).toBe(415);
  expect(form.headers.get('content-type')).toBe('application/problem+json');
});

it('sign-in 200: the token is good as bearer, the cookie as cookie, both until signed out', async () => {
  await using world = await createWorld();
  const { call } = openDoor(world.ctx);
  await call('POST', '/v1/auth/sign-up/email', ayse);
  const response = await call('POST', '/v1/auth/sign-in/email', { email: 'AYSE@example.com', password: ayse.password });
  expect(response.status).toBe(200);
  const { token } = (await response.json()) as { token: string };
  const [setCookie] = response.headers.getSetCookie();
  expect(setCookie).toMatch(/^ulak\.session_token=.*HttpOnly/);
  expect(setCookie).toMatch(/SameSite=Lax/i);
  const cookie = setCookie!.split(';')[0]!;
  expect((await call('GET', '/v1/me', undefined, { cookie })).status).toBe(200);
  expect((await call('GET', '/v1/auth/get-session', undefined, bearer(token))).status).toBe(200);
  const out = await call('POST', '/v1/auth/sign-out', undefined, { cookie, origin: 'http://127.0.0.1:3000' });
  expect(out.status).toBe(204);
  expect(out.headers.getSetCookie()[0]).toMatch(/^ulak\.session_token=;.*Max-Age=0/);
  expect((await call('GET', '/v1/me', undefined, { cookie })).status).toBe(401);
  expect((await call('GET', '/v1/me', undefined, bearer(token))).status).toBe(401);
});

it('sign-in 401: a wrong password and a wrong e-mail are told alike, in the language asked for', async () => {
  await using world = await createWorld();
  const { call } = openDoor(world.ctx);
  await call('POST', '/v1/auth/sign-up/email', ayse);
  const wrong = await call(
    'POST',
    '/v1/auth/sign-in/email',
    { email: ayse.email, password: 'wrong-password' },
    { 'accept-language': 'tr' },
  );
  const nobody = await call(
    'POST',
    '/v1/auth/sign-in/email',
    { email: 'no@example.com', password: 'wrong-password' },
    { 'accept-language': 'tr' },
  );
  expect([wrong.status, nobody.status]).toEqual([401, 401]);
  const [a, b] = [await json(wrong), await json(nobody)];
  expect(a['detail']).toBe('E-posta veya parola yanlış');
  expect({ ...b, requestId: '' }).toEqual({ ...a, requestId: '' });
});

it('F65: sign-in 429: after five wrong passwords even the right one waits, a hundred at once included, and the wait ends', async () => {
  await using world = await createWorld();
  const door = openDoor(world.ctx, { limits: null });
  await door.call('POST', '/v1/auth/sign-up/email', ayse);
  const guess = (password: string) => door.call('POST', '/v1/auth/sign-in/email', { email: ayse.email, password });
  const answers = await Promise.all(Array.from({ length: 100 }, (_, i) => guess(`guess-number-${i}`)));
  expect(answers.filter((a) => a.status === 401)).toHaveLength(5);
  expect(answers.filter((a) => a.status === 429)).toHaveLength(95);
  const refused = await guess(ayse.password);
  expect(refused.status).toBe(429);
  expect(refused.headers.get('retry-after')).toBe('60');
  expect((await json(refused))['code']).toBe('rate-limited');
  world.clock.advance({ seconds: 60 });
  expect((await guess(ayse.password)).status).toBe(200);
});

it('sign-in: another address is not made to wait, and the right password forgives', async () => {
  await using world = await createWorld();
  const [here, there] = [openDoor(world.ctx), openDoor(world.ctx, { address: '198.51.100.7' })];
  await here.call('POST', '/v1/auth/sign-up/email', ayse);
  const guess = (door: typeof here, password: string) =>
    door.call('POST', '/v1/auth/sign-in/email', { email: ayse.email, password });
  for (let i = 0; i < 5; i++) await guess(here, 'wrong-password');
  expect((await guess(here, ayse.password)).status).toBe(429);
  for (let i = 0; i < 4; i++) expect((await guess(there, 'wrong-password')).status).toBe(401);
  expect((await guess(there, ayse.password)).status).toBe(200);
  for (let i = 0; i < 4; i++) expect((await guess(there, 'wrong-password')).status).toBe(401);
  expect((await guess(there, ayse.password)).status).toBe(200);
});

it('sign-up 429: twenty an hour from one address', async () => {
  await using world = await createWorld();
  const { call } = openDoor(world.ctx, { limits: null });
  await world.ctx.db.execute(sql`insert into users (name, email) values ('taken', 'taken@example.com')`);
  const again = () => call('POST', '/v1/auth/sign-up/email', { ...ayse, email: 'taken@example.com' });
  for (let i = 0; i < 20; i++) expect((await again()).status).toBe(409);
  const refused = await again();
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '3600']);
});

it('sign-in 403: banned is told only to who knows the password', async () => {
  await using world = await createWorld();
  const { call } = openDoor(world.ctx);
  await call('POST', '/v1/auth/sign-up/email', ayse);
  await world.ctx.db.update(users).set({ banned: true }).where(eq(users.email, 'ayse@example.com'));
  const response = await call('POST', '/v1/auth/sign-in/email', { email: ayse.email, password: ayse.password });
  expect([response.status, (await json(response))['code']]).toEqual([403, 'banned']);
  expect((await call('POST', '/v1/auth/sign-in/email', { email: ayse.email, password: 'wrong-password' })).status).toBe(
    401,
  );
});

it('F64: change-password 204: the new one counts, this session stays, every other session ends', async () => {
  await using world = await createWorld();
  const { call } = openDoor(world.ctx);
  const tokenOf = async (response: Response) => ((await response.json()) as { token: string }).token;
  const first = await tokenOf(await call('POST', '/v1/auth/sign-up/email', ayse));
  const second = await tokenOf(
    await call('POST', '/v1/auth/sign-in/email', { email: ayse.email, password: ayse.password }),
  );
  const change = { currentPassword: ayse.password, newPassword: 'a-new-password' };
  expect((await call('POST', '/v1/auth/change-password', change, bearer(second))).status).toBe(204);
  expect((await call('GET', '/v1/me', undefined, bearer(second))).status).toBe(200);
  expect((await call('GET', '/v1/me', undefined, bearer(first))).status).toBe(401);
  expect((await call('POST', '/v1/auth/sign-in/email', { email: ayse.email, password: ayse.password })).status).toBe(
    401,
  );
  expect((await call('POST', '/v1/auth/sign-in/email', { email: ayse.email, password: 'a-new-password' })).status).toBe(
    200,
  );
});

it('change-password 400, 429: a stolen session cannot guess the password', async () => {
  await using world = await createWorld();
  const { call } = openDoor(world.ctx);
  const { token } = (await (await call('POST', '/v1/auth/sign-up/email', ayse)).json()) as { token: string };
  const guess = () =>
    call(
      'POST',
      '/v1/auth/change-password',
      { currentPassword: 'guess', newPassword: 'a-new-password' },
      bearer(token),
    );
  for (let i = 0; i < 5; i++) expect((await guess()).status).toBe(400);
  expect((await guess()).status).toBe(429);
  expect((await call('POST', '/v1/auth/change-password', {}, {})).status).toBe(401);
});

it('404: what better-auth and its plugins would serve is not there', async () => {
  await using world = await createWorld();
  const { call } = openDoor(world.ctx);
  const paths = [
    'api-key/create',
    'admin/set-role',
    'organization/create',
    'update-user',
    'delete-user',
    'sign-in/social',
    'change-email',
  ];
  for (const path of paths) {
    const response = await call(
      'POST',
      `/v1/auth/${path}`,
      { userId: world.acme.userId, role: 'admin' },
      bearer(world.acme.token),
    );
    expect([path, response.status]).toEqual([path, 404]);
  }
});

it('sessions carry where they came from, and run out after seven days without use', async () => {
  await using world = await createWorld();
  const { call } = openDoor(world.ctx);
  const headers = { 'user-agent': 'Mozilla', 'x-forwarded-for': '203.0.113.99' };
  const { token, user } = (await (await call('POST', '/v1/auth/sign-up/email', ayse, headers)).json()) as {
    token: string;
    user: { id: string };
  };
  const [session] = await world.ctx.db.select().from(sessions).where(eq(sessions.userId, user.id));
  expect(session).toMatchObject({ ipAddress: '192.0.2.1', userAgent: 'Mozilla' });
  world.clock.advance({ days: 6 });
  expect((await call('GET', '/v1/me', undefined, bearer(token))).status).toBe(200);
  world.clock.advance({ days: 6 });
  expect((await call('GET', '/v1/me', undefined, bearer(token))).status).toBe(200);
  world.clock.advance({ days: 7, seconds: 1 });
  expect((await call('GET', '/v1/me', undefined, bearer(token))).status).toBe(401);
});

it('settings take the language of whoever signs up', async () => {
  await using world = await createWorld();
  const { call } = openDoor(world.ctx);
  const { user } = (await (
    await call('POST', '/v1/auth/sign-up/email', ayse, { 'accept-language': 'en-GB' })
  ).json()) as { user: { id: string } };
  const [settings] = await world.ctx.db.select().from(userSettings).where(eq(userSettings.userId, user.id));
  expect(settings!.locale).toBe('en');
});
