import { sql } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { attemptKey, countAttempt } from '#src/accounts/attempts.ts';
import { createWorld } from '#test/support/world.ts';
import { bearer, json, openDoor } from './open-door.ts';

const ayse = { email: 'ayse@example.com', password: 'correct horse battery', name: 'Ayşe' };

it('F65: sign-in 429: neither many e-mails from one address nor many addresses for one e-mail guess on', async () => {
  await using world = await createWorld();
  const [here, there] = [
    openDoor(world.ctx, { limits: null }),
    openDoor(world.ctx, { limits: null, address: '198.51.100.7' }),
  ];
  await here.call('POST', '/v1/auth/sign-up/email', ayse);
  const guess = (door: typeof here, email: string, password = 'wrong-password') =>
    door.call('POST', '/v1/auth/sign-in/email', { email, password });
  for (let i = 0; i < 58; i++)
    await countAttempt(world.ctx, attemptKey('sign-in from', '192.0.2.1'), { most: 60, windowMs: 900_000 });
  expect((await guess(here, ayse.email, ayse.password)).status).toBe(200);
  const answers = [];
  for (const i of [1, 2, 3]) answers.push((await guess(here, `somebody${i}@example.com`)).status);
  expect(answers).toEqual([401, 401, 429]);
  expect((await guess(here, ayse.email, ayse.password)).status).toBe(429);
  expect((await guess(there, ayse.email, ayse.password)).status).toBe(200);
  for (let i = 0; i < 200; i++)
    await countAttempt(world.ctx, attemptKey('sign-in for', ayse.email.toLowerCase()), {
      most: 200,
      windowMs: 3_600_000,
    });
  expect((await guess(there, ayse.email)).status).toBe(429);
  expect((await guess(there, 'burak@example.com')).status).toBe(401);
  world.clock.advance({ minutes: 60 });
  expect((await guess(here, ayse.email, ayse.password)).status).toBe(200);
});

it('F64: no token that a caller brings is taken up, none is stored, and a signed-out one is worth nothing', async () => {
  await using world = await createWorld();
  const { call } = openDoor(world.ctx, { limits: null });
  await call('POST', '/v1/auth/sign-up/email', ayse);
  const planted = 'a'.repeat(32);
  const signIn = (headers: Record<string, string>) =>
    call('POST', '/v1/auth/sign-in/email', { email: ayse.email, password: ayse.password }, headers);
  const first = await signIn({ cookie: `ulak.session_token=${planted}`, ...bearer(planted) });
  const [one, two] = [await json(first), await json(await signIn({}))].map((body) => String(body['token']));
  expect(new Set([one, two, planted]).size).toBe(3);
  expect(first.headers.getSetCookie().join()).toMatch(/; Path=\/; HttpOnly; SameSite=Lax/);
  const ask = async (token: string) => (await call('GET', '/v1/auth/get-session', undefined, bearer(token))).status;
  expect([await ask(one!), await ask(two!), await ask(planted)]).toEqual([200, 200, 401]);

  const kept = await world.ctx.db.execute<{ token: string }>(sql`select token from sessions`);
  for (const { token } of kept) {
    expect(token).toMatch(/^[0-9a-f]{64}$/);
    expect([one, two]).not.toContain(token);
    expect(await ask(token)).toBe(401);
  }
  const cookie = first.headers.getSetCookie()[0]!.split(';')[0]!;
  expect((await call('GET', '/v1/auth/get-session', undefined, { cookie })).status).toBe(200);
  expect((await call('POST', '/v1/auth/sign-out', undefined, bearer(one!))).status).toBe(204);
  expect([await ask(one!), await ask(two!)]).toEqual([401, 200]);
  expect((await call('GET', '/v1/auth/get-session', undefined, { cookie })).status).toBe(401);
});
