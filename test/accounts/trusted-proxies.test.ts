import { expect, it } from 'vitest';
import type { AppContext } from '#src/context.ts';
import { sessions } from '#src/db/schema/accounts.ts';
import { createWorld } from '#test/support/world.ts';
import { openDoor } from './open-door.ts';

const PROXY = '10.0.0.2';
const limits = { signedInPerMinute: 100, anonymousPerMinute: 2 };
const ME = '/v1/me';
const from = (forwardedFor: string) => ({ 'x-forwarded-for': forwardedFor });
const open = (ctx: AppContext, trustedProxies: string[]) =>
  openDoor({ ...ctx, config: { ...ctx.config, trustedProxies } }, { limits, address: PROXY });

it('429: behind a proxy that is not trusted all are one address, whatever they forward', async () => {
  await using world = await createWorld();
  const { call } = open(world.ctx, []);
  const answers = [];
  for (const client of ['203.0.113.1', '203.0.113.2', '203.0.113.3'])
    answers.push((await call('GET', ME, undefined, from(client))).status);
  expect(answers).toEqual([401, 401, 429]);
});

it('429: behind one that is, each has a share of its own; who puts addresses in front gets no other', async () => {
  await using world = await createWorld();
  const { call } = open(world.ctx, ['10.0.0.0/8']);
  const ask = async (forwardedFor: string) => (await call('GET', ME, undefined, from(forwardedFor))).status;
  for (let i = 0; i < 2; i++) expect(await ask('203.0.113.1')).toBe(401);
  expect(await ask('203.0.113.2')).toBe(401);
  for (const forged of ['203.0.113.1', '198.51.100.1, 203.0.113.1', '10.9.9.9, ::1, 203.0.113.1, 10.0.0.9'])
    expect(await ask(forged)).toBe(429);
});

it('a session keeps the address of the client, not the one that he made up', async () => {
  await using world = await createWorld();
  const { call } = openDoor(
    { ...world.ctx, config: { ...world.ctx.config, trustedProxies: ['10.0.0.0/8'] } },
    { limits: null, address: `::ffff:${PROXY}` },
  );
  const body = { email: 'new@example.com', password: 'a-long-password', name: 'Yeni' };
  await world.ctx.db.delete(sessions);
  expect((await call('POST', '/v1/auth/sign-up/email', body, from('1.1.1.1, 203.0.113.5'))).status).toBeLessThan(300);
  expect(await world.ctx.db.select({ ipAddress: sessions.ipAddress }).from(sessions)).toEqual([
    { ipAddress: '203.0.113.5' },
  ]);
});
