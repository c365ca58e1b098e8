import { randomBytes } from 'node:crypto';
import { desc } from 'drizzle-orm';
import { afterAll, expect, it } from 'vitest';
import { createApiKey } from '#src/accounts/create-api-key.ts';
import { revokeApiKey } from '#src/accounts/revoke-api-key.ts';
import { sessions } from '#src/db/schema/accounts.ts';
import { activities } from '#src/db/schema/activities.ts';
import { newId } from '#src/platform/ids.ts';
import { openLive } from '#test/live/open-live.ts';
import type { Member } from '#test/support/cast.ts';
import { createWorld } from '#test/support/world.ts';

const world = await createWorld();
afterAll(() => world[Symbol.asyncDispose]());
const { ctx, clock, acme, globex, admin } = world;
const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0';

/** Another session of the same user. */
async function signIn(member: Member, more: Partial<typeof sessions.$inferInsert> = {}) {
  const [id, token] = [newId(), randomBytes(16).toString('hex')];
  const times = { createdAt: clock.now(), expiresAt: new Date('2030-01-01') };
  await ctx.db.insert(sessions).values({ id, token, userId: member.userId, ...times, ...more });
  return { ...member, id, token };
}
const me = async ({ token }: { token: string }) =>
  (await world.call('GET', '/v1/me', undefined, { authorization: `Bearer ${token}` })).status;
const listed = async (answer: ReturnType<Member['call']>) => (await (await answer).json()).data;
const lastActivity = async () => (await ctx.db.select().from(activities).orderBy(desc(activities.id)).limit(1))[0];

it('200: one’s own sessions, newest first, with device, addresses, last use to the minute; this one marked, an admin’s marked', async () => {
  const used = await signIn(acme, { userAgent: FIREFOX, ipAddress: '192.0.2.1', impersonatedBy: admin.userId });
  await signIn(acme, { expiresAt: clock.now() });
  expect(await me(used)).toBe(200);
  await world.presence.flush();
  const minute = clock.now().toISOString();
  clock.advance({ seconds: 59 });
  expect(await me(used)).toBe(200);
  await world.presence.flush();
  const data = await listed(acme.call('GET', '/v1/auth/sessions'));
  expect(data).toHaveLength(2);
  expect(data[0]).toEqual({
    id: used.id,
    device: { name: 'Firefox 128 · Linux', browser: 'Firefox 128', os: 'Linux', kind: 'desktop' },
    address: '192.0.2.1',
    openedFrom: '192.0.2.1',
    createdAt: minute,
    lastUsedAt: minute,
    expiresAt: expect.any(String),
    current: false,
    impersonated: true,
    online: true,
  });
  expect(data[1]).toMatchObject({ current: true, impersonated: false, device: { name: null } });
  expect(JSON.stringify(data)).not.toContain(used.token);
});

it('204: one of one’s own ends at once, with an activity; 404 for another’s, one that is gone and none', async () => {
  const [mine, theirs] = [await signIn(acme), await signIn(globex)];
  expect((await acme.call('DELETE', `/v1/auth/sessions/${mine.id}`)).status).toBe(204);
  expect(await me(mine)).toBe(401);
  expect(await lastActivity()).toMatchObject({
    verb: 'accounts.end-session',
    organizationId: acme.organizationId,
    userId: acme.userId,
    subjectId: mine.id,
  });
  for (const id of [mine.id, theirs.id, newId(), 'x'])
    expect((await acme.call('DELETE', `/v1/auth/sessions/${id}`)).status).toBe(404);
  expect(await me(theirs)).toBe(200);
});

it('200: all others end, this one stays, another user’s too', async () => {
  const mine = [await signIn(acme), await signIn(acme)];
  const theirs = await signIn(globex);
  const answer = await acme.call('DELETE', '/v1/auth/sessions');
  expect((await answer.json()).ended).toBeGreaterThanOrEqual(2);
  for (const session of mine) expect(await me(session)).toBe(401);
  expect([await me(acme), await me(theirs)]).toEqual([200, 200]);
  expect(await (await acme.call('DELETE', '/v1/auth/sessions')).json()).toEqual({ ended: 0 });
});

it('GET /v1/admin/users/{id}/sessions: sees and ends those of any user, never by another user’s path', async () => {
  const [one, two] = [await signIn(globex), await signIn(globex)];
  const path = `/v1/admin/users/${globex.userId}/sessions`;
  const seen = await listed(admin.call('GET', path));
  expect(seen.map(({ id }: { id: string }) => id).slice(0, 2)).toEqual([two.id, one.id]);
  expect(seen.some(({ current }: { current: boolean }) => current)).toBe(false);
  expect((await admin.call('DELETE', `/v1/admin/users/${acme.userId}/sessions/${one.id}`)).status).toBe(404);
  expect(await me(one)).toBe(200);
  expect((await admin.call('DELETE', `${path}/${one.id}`)).status).toBe(204);
  expect([await me(one), await me(two)]).toEqual([401, 200]);
  expect(await lastActivity()).toMatchObject({
    organizationId: globex.organizationId,
    userId: admin.userId,
    actorType: 'admin',
  });
  expect((await (await admin.call('DELETE', path)).json()).ended).toBeGreaterThanOrEqual(2);
  expect([await me(two), await me(acme)]).toEqual([401, 200]);
  for (const method of ['GET', 'DELETE'])
    expect((await admin.call(method, `/v1/admin/users/${newId()}/sessions`)).status).toBe(404);
  expect((await acme.call('DELETE', `/v1/admin/users/${acme.userId}/sessions`)).status).toBe(403);
});

it('ending a session twice at once: once 204, once 404', async () => {
  const { id } = await signIn(acme);
  const answers = await Promise.all([1, 2].map(() => acme.call('DELETE', `/v1/auth/sessions/${id}`)));
  expect(answers.map(({ status }) => status).sort()).toEqual([204, 404]);
});

it('F64: a live stream ends at once with the session or the key that opened it, in whichever process; others go on', async () => {
  // by themselves they would look after an hour
  const idle = { pollMs: 3_600_000, recheckMs: 3_600_000 };
  await using one = openLive(world, idle);
  await using two = openLive(world, idle);
  const [first, second] = [await signIn(acme), await signIn(acme)];
  const streams = [await one.open(first), await two.open(first), await two.open(second)] as const;
  expect(two.hub.listeners().map(({ sessionId }) => sessionId)).toEqual([first.id, second.id]);
  await acme.call('DELETE', `/v1/auth/sessions/${first.id}`);
  await Promise.all([streams[0].untilEnd(), streams[1].untilEnd()]);
  expect(two.hub.listeners().map(({ sessionId }) => sessionId)).toEqual([second.id]);
  await streams[2].stop();
  const { id, key } = await createApiKey(acme.ctx, { name: 'k', scopes: ['events:read'], expiresAt: null });
  const byKey = await one.openBy({ 'x-api-key': key });
  expect(one.hub.listeners()).toMatchObject([{ sessionId: null, actor: { type: 'apiKey', id } }]);
  await revokeApiKey(acme.ctx, id);
  await byKey.untilEnd();
});
