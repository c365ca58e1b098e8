import { describe, expect, it } from 'vitest';
import { openInstance } from '#test/campaigns/stage.ts';
import { createWorld } from '#test/support/world.ts';

const namesOf = (page: { data: { name: string }[] }) => page.data.map(({ name }) => name);

describe('GET /v1/admin/users', () => {
  it('200: everybody, newest first, page by page', async () => {
    await using world = await createWorld();
    const first = await (await world.admin.call('GET', '/v1/admin/users?limit=2')).json();
    expect(namesOf(first)).toEqual(['admin', 'globex']);
    const second = await (await world.admin.call('GET', `/v1/admin/users?limit=2&cursor=${first.nextCursor}`)).json();
    expect([namesOf(second), second.nextCursor]).toEqual([['acme'], null]);
  });

  it('200: finds by name, email and organization, whatever the letters', async () => {
    await using world = await createWorld();
    const person = { email: 'isil@ornek.com', password: 'correct horse battery', name: 'Işıl Çağlayan İNŞAAT' };
    await world.call('POST', '/v1/auth/sign-up/email', person);
    const found = async (search: string) =>
      namesOf(await (await world.admin.call('GET', `/v1/admin/users?search=${encodeURIComponent(search)}`)).json());
    for (const search of ['ışıl', 'ISIL', 'çağlayan inşaat', 'insaat', 'isil@ornek'])
      expect(await found(search), search).toEqual([person.name]);
    expect(await found('acme@')).toEqual(['acme']);
    expect(await found('%')).toEqual([]);
  });

  it('403 for a user; 400 for a cursor that is not ours', async () => {
    await using world = await createWorld();
    expect((await world.acme.call('GET', '/v1/admin/users')).status).toBe(403);
    expect((await world.call('GET', '/v1/admin/users')).status).toBe(401);
    expect((await world.admin.call('GET', '/v1/admin/users?cursor=x')).status).toBe(400);
  });
});

describe('GET /v1/admin/users/{id}', () => {
  it('200: who it is, where, with what', async () => {
    await using world = await createWorld();
    const { acme } = world;
    const instanceId = await openInstance(world.ctx, acme);
    expect(await (await world.admin.call('GET', `/v1/admin/users/${acme.userId}`)).json()).toEqual({
      id: acme.userId,
      name: 'acme',
      email: 'acme@example.com',
      emailVerified: true,
      role: 'user',
      organization: { id: acme.organizationId, name: 'acme', role: 'owner' },
      banned: false,
      banReason: null,
      bannedUntil: null,
      credits: { currentCredit: 1000, heldCredit: 0, availableCredit: 1000, toppedUp: 1000, spent: 0 },
      instance: { id: instanceId, status: 'open', phone: '+905320000000' },
      lastSeenAt: expect.any(String),
      sentThisMonth: 0,
      createdAt: expect.any(String),
      instances: [
        {
          id: instanceId,
          name: 'Main',
          status: 'open',
          phone: '+905320000000',
          createdAt: expect.any(String),
          deletedAt: null,
        },
      ],
      campaigns: {
        counts: { pending: 0, running: 0, paused: 0, completed: 0, cancelled: 0, failed: 0 },
        open: [],
      },
      sessionCount: 1,
      apiKeys: [],
      activities: [],
    });
  });

  it('a ban that has run out is none', async () => {
    await using world = await createWorld();
    const path = `/v1/admin/users/${world.acme.userId}`;
    await world.admin.call('PUT', `${path}/ban`, { reason: 'spam', until: '2026-03-02T10:00:00Z' });
    expect(await (await world.admin.call('GET', path)).json()).toMatchObject({ banned: true, banReason: 'spam' });
    world.clock.set('2026-03-02T10:00:00Z');
    expect(await (await world.admin.call('GET', path)).json()).toMatchObject({
      banned: false,
      banReason: null,
      bannedUntil: null,
    });
  });

  it('404 for nobody, 403 for a user', async () => {
    await using world = await createWorld();
    expect((await world.admin.call('GET', `/v1/admin/users/${world.acme.organizationId}`)).status).toBe(404);
    expect((await world.acme.call('GET', `/v1/admin/users/${world.acme.userId}`)).status).toBe(403);
  });
});
