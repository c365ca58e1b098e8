import { sql } from 'drizzle-orm';
import { afterAll, describe, expect, it } from 'vitest';
import { lockAccounts } from '#src/accounts/lock-accounts.ts';
import { createWorld } from '#test/support/world.ts';
import { addConsultant, linkOf, PASSWORD, promote, signUp, untilSomebodyWaits } from './users.ts';

const world = await createWorld();
afterAll(() => world[Symbol.asyncDispose]());
const { acme, globex, admin, ctx } = world;
const change = (userId: string, body: object, by = admin) => by.call('PATCH', `/v1/admin/users/${userId}`, body);
const adminsNow = () => ctx.db.execute(sql`select id from users where role = 'admin' and deleted_at is null`);

describe('PATCH /v1/admin/users/{id}', () => {
  it('200: name and roles, with what was there before, once', async () => {
    const burak = await addConsultant(world, 'Burak');
    const body = { name: 'Burak Demir', organizationRole: 'owner' };
    expect(await (await change(burak.userId, body)).json()).toMatchObject({
      name: 'Burak Demir',
      organization: { id: acme.organizationId, role: 'owner' },
    });
    expect((await change(burak.userId, body)).status).toBe(200);
    expect(
      await ctx.db.execute(sql`
        select organization_id, changes from activities where verb = 'admin.update-user' and subject_id = ${burak.userId}`),
    ).toEqual([
      {
        organization_id: acme.organizationId,
        changes: { name: ['Burak', 'Burak Demir'], organizationRole: ['consultant', 'owner'] },
      },
    ]);
    const found = await admin.call('GET', '/v1/admin/users?search=demir');
    expect((await found.json()).data.map(({ id }: { id: string }) => id)).toEqual([burak.userId]);
  });

  it('200: a new address has to be verified, by a link mailed there; links mailed to the old one are worth nothing', async () => {
    const selin = await signUp(world, 'Selin');
    await admin.call('POST', `/v1/admin/users/${selin.userId}/reset-password`);
    const old = await linkOf(world, 'reset-password', 'selin@example.com');
    expect(await (await change(selin.userId, { email: 'Selin@Yeni.example.com' })).json()).toMatchObject({
      email: 'selin@yeni.example.com',
      emailVerified: false,
    });
    expect((await world.call('POST', '/v1/auth/reset-password', { token: old, newPassword: 'bbbbbbbb' })).status).toBe(
      400,
    );
    const token = await linkOf(world, 'verify-address', 'selin@yeni.example.com');
    expect((await world.call('POST', '/v1/auth/verify-email', { token })).status).toBe(204);
    const login = { email: 'selin@yeni.example.com', password: PASSWORD };
    expect((await world.call('POST', '/v1/auth/sign-in/email', login)).status).toBe(200);
    expect((await change(selin.userId, { email: 'ACME@example.com' })).status).toBe(409);
  });

  it('409: the last admin and the last owner stay what they are', async () => {
    for (const [userId, body] of [
      [admin.userId, { role: 'user' }],
      [globex.userId, { organizationRole: 'consultant' }],
    ] as const)
      expect(await (await change(userId, { ...body, name: 'x' })).json()).toMatchObject({
        status: 409,
        code: 'conflict',
      });
    expect(await ctx.db.execute(sql`select 1 from users where name = 'x'`)).toHaveLength(0);
    expect((await change(acme.organizationId, { name: 'x' })).status).toBe(404);
    expect((await change(globex.userId, { name: 'x' }, acme)).status).toBe(403);
  });

  it('two admins who demote each other at once, and each himself: one of them stays one', async () => {
    await promote(world, globex);
    const each = await Promise.all([
      change(globex.userId, { role: 'user' }),
      change(admin.userId, { role: 'user' }, globex),
    ]);
    expect(each.map(({ status }) => status).sort()).toEqual([200, 403]);
    expect(await adminsNow()).toHaveLength(1);
    await ctx.db.execute(sql`update users set role = 'admin' where id in (${admin.userId}, ${globex.userId})`);
    const own = await Promise.all([
      change(globex.userId, { role: 'user' }, globex),
      change(admin.userId, { role: 'user' }),
    ]);
    expect(own.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(await adminsNow()).toHaveLength(1);
    await ctx.db.execute(sql`update users set role = case when id = ${admin.userId} then 'admin' else 'user' end`);
  });

  it('403: a request that was let in as an admin’s writes nothing once the role is gone', async () => {
    await promote(world, globex);
    const late = await ctx.db.transaction(async (tx) => {
      await lockAccounts({ ...ctx, db: tx }, [globex.userId], admin.userId);
      const request = globex.call('POST', '/v1/admin/users', { email: 'late@example.com', name: 'Late' });
      await untilSomebodyWaits(ctx.db);
      await tx.execute(sql`update users set role = 'user' where id = ${globex.userId}`);
      return { request };
    });
    expect((await late.request).status).toBe(403);
    expect(await ctx.db.execute(sql`select 1 from users where email = 'late@example.com'`)).toHaveLength(0);
  });
});

describe('POST /v1/admin/users', () => {
  it('201: with an organization of his own, by a link that is mailed him, once for an Idempotency-Key', async () => {
    const body = {
      email: 'Isil@Ornek.example.com',
      name: 'Işıl Çağlayan',
      organizationName: 'Işıl İnşaat',
      role: 'admin',
    };
    const post = () => admin.call('POST', '/v1/admin/users', body, { 'idempotency-key': 'isil' });
    const first = await post();
    const user = await first.json();
    expect([first.status, user]).toMatchObject([
      201,
      {
        email: 'isil@ornek.example.com',
        role: 'admin',
        emailVerified: false,
        organization: { name: 'Işıl İnşaat', role: 'owner' },
      },
    ]);
    expect((await (await post()).json()).id).toBe(user.id);
    const token = await linkOf(world, 'invitation', 'isil@ornek.example.com');
    expect(
      await ctx.db.execute(sql`select 1 from mails where kind = 'invitation' and address = 'isil@ornek.example.com'`),
    ).toHaveLength(1);
    expect((await world.call('POST', '/v1/auth/reset-password', { token, newPassword: PASSWORD })).status).toBe(204);
    const login = { email: 'isil@ornek.example.com', password: PASSWORD };
    expect(await (await world.call('POST', '/v1/auth/sign-in/email', login)).json()).toMatchObject({
      user: { emailVerified: true },
    });
    expect((await admin.call('POST', '/v1/admin/users', { email: 'isil@ornek.example.com', name: 'x' })).status).toBe(
      409,
    );
  });

  it('201: in a named organization, in that role; 400 where there is none', async () => {
    const body = {
      email: 'can@example.com',
      name: 'Can',
      organizationId: globex.organizationId,
      organizationRole: 'owner',
    };
    expect(await (await admin.call('POST', '/v1/admin/users', body)).json()).toMatchObject({
      organization: { id: globex.organizationId, role: 'owner' },
    });
    const nowhere = { ...body, email: 'ece@example.com', organizationId: acme.userId };
    expect((await (await admin.call('POST', '/v1/admin/users', nowhere)).json()).errors[0].path).toBe('organizationId');
    expect(await ctx.db.execute(sql`select 1 from users where email = 'ece@example.com'`)).toHaveLength(0);
  });
});

describe('POST /v1/admin/users/{id}/reset-password', () => {
  it('202: mails the link, says that nothing ends, and ends nothing before it is used', async () => {
    const zehra = await signUp(world, 'Zehra');
    const post = (userId: string) =>
      admin.call('POST', `/v1/admin/users/${userId}/reset-password`, undefined, { 'accept-language': 'tr' });
    expect(await (await post(zehra.userId)).json()).toEqual({
      mailedTo: 'zehra@example.com',
      note: 'Bağlantı kullanılana kadar parola ve oturumlar olduğu gibi kalır; bağlantı bir saat geçerlidir.',
    });
    expect((await zehra.call('GET', '/v1/me')).status).toBe(200);
    const token = await linkOf(world, 'reset-password', 'zehra@example.com');
    expect((await world.call('POST', '/v1/auth/reset-password', { token, newPassword: 'bbbbbbbb' })).status).toBe(204);
    expect((await zehra.call('GET', '/v1/me')).status).toBe(401);
    await admin.call('PUT', `/v1/admin/users/${zehra.userId}/ban`, { reason: 'spam' });
    expect((await post(zehra.userId)).status).toBe(409);
    expect((await post(acme.organizationId)).status).toBe(404);
  });
});
