import { sql } from 'drizzle-orm';
import { afterAll, describe, expect, it } from 'vitest';
import { createWorld } from '#test/support/world.ts';
import { addConsultant, asBearer, promote, signUp } from './users.ts';

const world = await createWorld();
afterAll(() => world[Symbol.asyncDispose]());
const { acme, globex, admin, ctx } = world;

const impersonate = (userId: string, body: object = {}) =>
  admin.call('POST', `/v1/admin/users/${userId}/impersonate`, body);

async function actAs(userId: string) {
  const answer = await impersonate(userId, { reason: 'asked by phone' });
  expect(answer.status).toBe(201);
  return asBearer(world, (await answer.json()).token);
}

describe('POST /v1/admin/users/{id}/impersonate', () => {
  it('201: for an hour he is the user, in whose every activity and on whose every page stands who he is', async () => {
    const answer = await impersonate(acme.userId, { reason: 'asked by phone' });
    const { token, until, userId } = await answer.json();
    expect([answer.status, userId, until]).toEqual([201, acme.userId, '2026-03-02T10:00:00.000Z']);
    const acting = asBearer(world, token);
    const impersonation = { adminId: admin.userId, name: 'admin', until };
    expect(await (await acting.call('GET', '/v1/me')).json()).toMatchObject({ user: { name: 'acme' }, impersonation });
    expect(await (await acting.call('GET', '/v1/auth/get-session')).json()).toMatchObject({ impersonation });
    expect(await (await acme.call('GET', '/v1/me')).json()).toMatchObject({ impersonation: null });
    expect((await acting.call('POST', '/v1/groups', { name: 'Şubat' })).status).toBe(201);
    expect(
      await ctx.db.execute(sql`
        select verb, user_id, organization_id, impersonator_id from activities where verb in ('admin.impersonate', 'groups.create') or subject_type = 'group' order by id`),
    ).toEqual([
      { verb: 'admin.impersonate', user_id: admin.userId, organization_id: acme.organizationId, impersonator_id: null },
      {
        verb: expect.any(String),
        user_id: acme.userId,
        organization_id: acme.organizationId,
        impersonator_id: admin.userId,
      },
    ]);
    world.clock.advance({ minutes: 59 });
    expect((await acting.call('GET', '/v1/me')).status).toBe(200);
    world.clock.advance({ minutes: 1 });
    expect((await acting.call('GET', '/v1/me')).status).toBe(401);
  });

  it('403: no password, key, member, calendar address, and no admin route, in either language', async () => {
    const acting = await actAs(acme.userId);
    const key = { name: 'crm', scopes: ['customers:read'] };
    const closed: [string, string, object?][] = [
      ['POST', '/v1/auth/change-password', { currentPassword: 'aaaaaaaa', newPassword: 'bbbbbbbb' }],
      ['POST', '/v1/api-keys', key],
      ['DELETE', `/v1/api-keys/${acme.userId}`],
      ['POST', '/v1/calendar-feed'],
      ['POST', '/v1/organization/members', { email: 'a@b.co', name: 'a', password: 'aaaaaaaa', role: 'consultant' }],
      ['GET', '/v1/admin/users'],
    ];
    for (const [method, path, body] of closed)
      expect(await (await acting.call(method, path, body)).json(), path).toMatchObject({ code: 'forbidden' });
    const said = await acting.call('POST', '/v1/api-keys', key, { 'accept-language': 'tr' });
    expect((await said.json()).detail).toBe(
      'Başkası adına işlem yaparken olmaz: yalnızca kullanıcının kendisi yapabilir',
    );
    expect((await acme.call('POST', '/v1/api-keys', key)).status).toBe(201);
  });

  it('204: POST /v1/auth/stop-impersonating ends it at once; 409 in a session of one’s own', async () => {
    const acting = await actAs(globex.userId);
    expect((await acting.call('POST', '/v1/auth/stop-impersonating')).status).toBe(204);
    expect((await acting.call('GET', '/v1/me')).status).toBe(401);
    expect((await globex.call('POST', '/v1/auth/stop-impersonating')).status).toBe(409);
    expect((await globex.call('GET', '/v1/me')).status).toBe(200);
  });

  it('a second one takes the place of the first; the user’s own last sight is not touched', async () => {
    const seen = () => ctx.db.execute(sql`select last_seen_at from user_figures where user_id = ${globex.userId}`);
    const before = await seen();
    const first = await actAs(globex.userId);
    const second = await actAs(globex.userId);
    expect((await first.call('GET', '/v1/me')).status).toBe(401);
    expect((await second.call('GET', '/v1/me')).status).toBe(200);
    expect(await seen()).toEqual(before);
  });

  it('409: not as an admin, oneself, somebody banned, or one who belongs nowhere; 403 by a user; 404 for nobody', async () => {
    const [banned, loose] = [await signUp(world, 'Deniz'), await addConsultant(world, 'Ece')];
    await admin.call('PUT', `/v1/admin/users/${banned.userId}/ban`, { reason: 'spam' });
    await acme.call('DELETE', `/v1/organization/members/${loose.userId}`);
    for (const userId of [admin.userId, banned.userId, loose.userId])
      expect((await impersonate(userId)).status).toBe(409);
    expect((await acme.call('POST', `/v1/admin/users/${globex.userId}/impersonate`, {})).status).toBe(403);
    expect((await impersonate(acme.organizationId)).status).toBe(404);
  });

  it('ends when the user becomes an admin, and when the admin is none any more: also for a request under way', async () => {
    const selin = await signUp(world, 'Selin');
    const acting = await actAs(selin.userId);
    await admin.call('PATCH', `/v1/admin/users/${selin.userId}`, { role: 'admin' });
    expect((await acting.call('GET', '/v1/me')).status).toBe(401);
    await promote(world, globex);
    const { token } = await (await globex.call('POST', `/v1/admin/users/${acme.userId}/impersonate`, {})).json();
    expect((await admin.call('PATCH', `/v1/admin/users/${globex.userId}`, { role: 'user' })).status).toBe(200);
    expect((await asBearer(world, token).call('GET', '/v1/me')).status).toBe(401);
  });
});
