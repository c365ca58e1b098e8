import { eq } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { createAuth } from '#src/accounts/create-auth.ts';
import { ensureAdmin } from '#src/accounts/ensure-admin.ts';
import { users } from '#src/db/schema/accounts.ts';
import { quickPasswords } from '#test/support/quick-passwords.ts';
import { createWorld } from '#test/support/world.ts';
import { bearer, openDoor } from './open-door.ts';

const env = { ADMIN_EMAIL: 'Root@Example.com', ADMIN_PASSWORD: 'the-first-admin' };
const signIn = { email: 'root@example.com', password: 'the-first-admin' };

it('makes one admin, whole, however many processes start at once and however often', async () => {
  await using world = await createWorld({ env });
  await Promise.all(Array.from({ length: 8 }, () => ensureAdmin(world.ctx, createAuth(world.ctx, quickPasswords))));
  await ensureAdmin(world.ctx, createAuth(world.ctx, quickPasswords));
  const found = await world.ctx.db.select().from(users).where(eq(users.email, 'root@example.com'));
  expect(found).toMatchObject([{ role: 'admin' }]);
  const { call } = openDoor(world.ctx);
  const { token } = (await (await call('POST', '/v1/auth/sign-in/email', signIn)).json()) as { token: string };
  const me = await call('GET', '/v1/me', undefined, bearer(token));
  expect(await me.json()).toMatchObject({ user: { role: 'admin' }, organization: { role: 'owner' } });
});

it('never makes an admin of somebody who had the address first', async () => {
  await using world = await createWorld({ env });
  const { call } = openDoor(world.ctx);
  await call('POST', '/v1/auth/sign-up/email', { ...signIn, password: 'i-was-here-first', name: 'Mallory' });
  await ensureAdmin(world.ctx, createAuth(world.ctx, quickPasswords));
  const [row] = await world.ctx.db.select().from(users).where(eq(users.email, 'root@example.com'));
  expect(row).toMatchObject({ role: 'user', name: 'Mallory' });
  expect((await call('POST', '/v1/auth/sign-in/email', signIn)).status).toBe(401);
});

it('does nothing when the configuration names none', async () => {
  await using world = await createWorld();
  await ensureAdmin(world.ctx, createAuth(world.ctx, quickPasswords));
  expect(await world.ctx.db.select().from(users)).toHaveLength(3);
});
