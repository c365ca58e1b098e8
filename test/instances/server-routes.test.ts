import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { startSimulator } from '#evolution/simulator/start-simulator.ts';
import { activities } from '#src/db/schema/activities.ts';
import { evolutionServers, instances } from '#src/db/schema/instances.ts';
import { ensureEvolutionServer } from '#src/instances/ensure-evolution-server.ts';
import { newId } from '#src/platform/ids.ts';
import { startStubServer } from '#test/channels/evolution/stub-server.ts';
import { createInstanceWorld, jsonOf } from './instance-world.ts';

const PATH = '/v1/admin/evolution-servers';

describe('/v1/admin/evolution-servers', () => {
  it('201, 200, 204: added, listed with its load, changed, forgotten; the key is never told', async () => {
    await using world = await createInstanceWorld();
    const other = await startSimulator({ apiKey: 'another-key' });
    const created = await world.asAdmin('POST', PATH, { url: `${other.url}/`, apiKey: 'another-key', capacity: 5 });
    expect(created.status).toBe(201);
    const text = await created.text();
    const { id } = JSON.parse(text);
    expect(JSON.parse(text)).toMatchObject({
      url: other.url,
      capacity: 5,
      enabled: true,
      instanceCount: 0,
      managerUrl: `${other.url}/manager`,
    });
    await world.asAcme('POST', '/v1/instances', {});
    const list = await (await world.asAdmin('GET', PATH)).text();
    expect(JSON.parse(list).data.map((row: { instanceCount: number }) => row.instanceCount)).toContain(1);
    expect(text + list).not.toMatch(/another-key|sandbox-evolution-key|v1\./);
    const changed = await jsonOf(await world.asAdmin('PATCH', `${PATH}/${id}`, { enabled: false, capacity: 7 }));
    expect(changed).toMatchObject({ enabled: false, capacity: 7, url: other.url });
    expect(await jsonOf(await world.asAdmin('GET', `${PATH}/${id}`))).toEqual(changed);
    await other.close();
    expect((await world.asAdmin('DELETE', `${PATH}/${id}`)).status).toBe(204);
    const written = await world.ctx.db.select().from(activities).where(eq(activities.subjectId, id));
    expect(written.map((row) => row.verb).sort()).toEqual([
      'evolution-servers.create',
      'evolution-servers.delete',
      'evolution-servers.update',
    ]);
    expect(JSON.stringify(written)).not.toContain('another-key');
  });

  it('400: a key that the server does not take, a host that is no Evolution', async () => {
    await using world = await createInstanceWorld();
    const other = await startSimulator();
    await using stranger = await startStubServer((_request, response) => response.writeHead(404).end());
    const wrongKey = await world.asAdmin('POST', PATH, { url: other.url, apiKey: 'wrong' });
    expect([wrongKey.status, (await jsonOf(wrongKey)).errors[0]?.path]).toEqual([400, 'apiKey']);
    const noEvolution = await world.asAdmin('POST', PATH, { url: stranger.url, apiKey: 'x' });
    expect([noEvolution.status, (await jsonOf(noEvolution)).errors[0]?.path]).toEqual([400, 'url']);
    const rekeyed = await world.asAdmin('PATCH', `${PATH}/${world.serverId}`, { apiKey: 'wrong' });
    expect(rekeyed.status).toBe(400);
    expect(await world.ctx.db.select().from(evolutionServers)).toHaveLength(1);
    await other.close();
  });

  it('503: nobody answers there', async () => {
    await using world = await createInstanceWorld();
    const gone = await startSimulator();
    await gone.close();
    expect((await world.asAdmin('POST', PATH, { url: gone.url, apiKey: 'x' })).status).toBe(503);
  });

  it('409: a URL twice', async () => {
    await using world = await createInstanceWorld();
    const same = { url: world.simulator.url, apiKey: world.simulator.apiKey };
    expect((await world.asAdmin('POST', PATH, same)).status).toBe(409);
    const other = await startSimulator({ apiKey: 'another-key' });
    const { id } = await jsonOf(await world.asAdmin('POST', PATH, { url: other.url, apiKey: 'another-key' }));
    expect((await world.asAdmin('PATCH', `${PATH}/${id}`, same)).status).toBe(409);
    await other.close();
  });

  it('409: not while instances live on it; 204 once they are gone, which stay for what points at them', async () => {
    await using world = await createInstanceWorld();
    const { id } = await jsonOf(await world.asAcme('POST', '/v1/instances', {}));
    expect((await world.asAdmin('DELETE', `${PATH}/${world.serverId}`)).status).toBe(409);
    await world.ctx.db.update(instances).set({ deletingAt: world.clock.now() });
    expect((await world.asAdmin('DELETE', `${PATH}/${world.serverId}`)).status).toBe(409);
    await world.ctx.db.update(instances).set({ deletedAt: world.clock.now() });
    expect((await world.asAdmin('DELETE', `${PATH}/${world.serverId}`)).status).toBe(204);
    expect(await world.ctx.db.select().from(instances)).toMatchObject([{ id, evolutionServerId: null }]);
  });

  it.each([
    [{ url: 'ftp://x.example', apiKey: 'k' }, 'url'],
    [{ url: 'http://user:secret@x.example', apiKey: 'k' }, 'url'],
    [{ url: 'http://x.example/?a=1', apiKey: 'k' }, 'url'],
    [{ url: 'nonsense', apiKey: 'k' }, 'url'],
    [{ url: 'http://x.example', apiKey: '' }, 'apiKey'],
    [{ url: 'http://x.example', apiKey: 'a\r\nb' }, 'apiKey'],
    [{ url: 'http://x.example', apiKey: 'k', capacity: -1 }, 'capacity'],
    [{ url: 'http://x.example', apiKey: 'k', capacity: 1e12 }, 'capacity'],
    [{ url: 'http://x.example', apiKey: 'k', color: 1 }, 'color'],
  ])('400: %j', async (body, path) => {
    await using world = await createInstanceWorld();
    const response = await world.asAdmin('POST', PATH, body);
    expect([response.status, (await jsonOf(response)).errors[0]?.path]).toEqual([400, path]);
  });

  it.each([
    ['GET', PATH],
    ['POST', PATH, {}],
    ['PATCH', `${PATH}/{id}`, {}],
    ['DELETE', `${PATH}/{id}`],
  ])('401, 403: %s %s is for platform admins', async (method, path, body?: unknown) => {
    await using world = await createInstanceWorld();
    const target = path.replace('{id}', world.serverId);
    expect((await world.asNobody(method, target, body)).status).toBe(401);
    expect((await world.asAcme(method, target, body)).status).toBe(403);
  });

  it('404: one that is not there', async () => {
    await using world = await createInstanceWorld();
    expect((await world.asAdmin('PATCH', `${PATH}/${newId()}`, { capacity: 1 })).status).toBe(404);
    expect((await world.asAdmin('DELETE', `${PATH}/${newId()}`)).status).toBe(404);
  });
});

describe('the server of the configuration', () => {
  it('is one row, whatever the slash, and keeps what the admin set', async () => {
    await using world = await createInstanceWorld();
    await world.ctx.db.update(evolutionServers).set({ capacity: 3, enabled: false });
    const again = await ensureEvolutionServer(world.ctx, { url: `${world.simulator.url}/`, apiKey: 'renewed' });
    const rows = await world.ctx.db.select().from(evolutionServers);
    expect(rows).toMatchObject([{ id: world.serverId, capacity: 3, enabled: false }]);
    expect([again, world.ctx.secrets.open(rows[0]!.apiKey)]).toEqual([world.serverId, 'renewed']);
  });

  it('the sandbox moves its row to where it listens this time', async () => {
    await using world = await createInstanceWorld();
    const first = await ensureEvolutionServer(world.ctx, {
      url: 'http://127.0.0.1:4001',
      apiKey: 'a',
      replaceSandbox: true,
    });
    const second = await ensureEvolutionServer(world.ctx, {
      url: 'http://127.0.0.1:4002',
      apiKey: 'b',
      replaceSandbox: true,
    });
    const third = await ensureEvolutionServer(world.ctx, {
      url: 'http://127.0.0.1:4002',
      apiKey: 'c',
      replaceSandbox: true,
    });
    expect([second, third]).toEqual([first, first]);
    const rows = await world.ctx.db.select().from(evolutionServers).where(eq(evolutionServers.id, first));
    expect(rows).toMatchObject([{ url: 'http://127.0.0.1:4002' }]);
    expect(world.ctx.secrets.open(rows[0]!.apiKey)).toBe('c');
  });

  it('started by several processes at once, it is still one row', async () => {
    await using world = await createInstanceWorld();
    const server = { url: 'http://127.0.0.1:4003', apiKey: 'a' };
    const ids = await Promise.all(Array.from({ length: 6 }, () => ensureEvolutionServer(world.ctx, server)));
    expect(new Set(ids).size).toBe(1);
  });
});
