import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { activities } from '#src/db/schema/activities.ts';
import { evolutionServers, instances, lanes } from '#src/db/schema/instances.ts';
import { startStubServer } from '#test/channels/evolution/stub-server.ts';
import { createInstanceWorld, jsonOf } from './instance-world.ts';

describe('POST /v1/instances', () => {
  it('201: makes the instance at Evolution and hands out the QR code', async () => {
    await using world = await createInstanceWorld();
    const response = await world.asAcme('POST', '/v1/instances', { name: 'Mağaza' });
    expect(response.status).toBe(201);
    const body = await jsonOf(response);
    expect(body).toMatchObject({
      name: 'Mağaza',
      status: 'connecting',
      statusReason: 'scan-qr',
      phone: null,
      pairingCode: null,
    });
    expect(body.qr).toMatchObject({ code: expect.stringMatching(/^2@/), expiresAt: '2026-03-02T09:00:45.000Z' });
    expect(body.qr?.base64).toMatch(/^data:image\/png;base64,/);
    expect(body.managerUrl).toBe(`${world.simulator.url}/manager`);
    // the picture is random letters, which may spell anything
    expect(JSON.stringify({ ...body, qr: null })).not.toMatch(/token|secret|jwt/i);
    expect(world.simulator.instances()).toMatchObject([
      { name: `ulak-${body.id.replaceAll('-', '')}`, state: 'connecting' },
    ]);
  });

  it('201: with a number, also a pairing code', async () => {
    await using world = await createInstanceWorld();
    const response = await world.asAcme('POST', '/v1/instances', { number: '0532 111 22 33' });
    const body = await jsonOf(response);
    expect(body.pairingCode).toMatch(/^[A-Z0-9]{8}$/);
  });

  it('201: keeps key and secrets unreadable, makes the lane, and writes down who did it', async () => {
    await using world = await createInstanceWorld();
    const { id } = await jsonOf(await world.asAcme('POST', '/v1/instances', {}));
    const row = await world.row(id);
    const [known] = world.simulator.instances();
    expect(world.ctx.secrets.open(row.token)).toBe(known!.token);
    expect(row.token).not.toContain(known!.token);
    expect(row.provisionedAt).not.toBeNull();
    expect(await world.ctx.db.select().from(lanes)).toMatchObject([
      { instanceId: id, userId: world.acme.userId, dueAt: null },
    ]);
    expect(await world.ctx.db.select().from(activities).where(eq(activities.verb, 'instances.create'))).toMatchObject([
      { subjectId: id, userId: world.acme.userId },
    ]);
  });

  it('201: sets exactly the webhook that we need, with a secret path and a key that signs', async () => {
    await using world = await createInstanceWorld();
    const { id } = await jsonOf(await world.asAcme('POST', '/v1/instances', {}));
    const row = await world.row(id);
    const answer = await fetch(`${world.simulator.url}/webhook/find/${row.providerName}`, {
      headers: { apikey: world.simulator.apiKey },
    });
    expect(await answer.json()).toMatchObject({
      url: `${world.ctx.publicUrl}/hooks/evolution/${world.ctx.secrets.open(row.webhookSecret)}`,
      headers: { jwt_key: world.ctx.secrets.open(row.webhookJwtKey) },
      webhookByEvents: false,
      webhookBase64: false,
      enabled: true,
    });
  });

  it('409: one living instance a user, even when he asks twice at once', async () => {
    await using world = await createInstanceWorld();
    const answers = await Promise.all([1, 2, 3].map(() => world.asAcme('POST', '/v1/instances', {})));
    expect(answers.map((answer) => answer.status).sort()).toEqual([201, 409, 409]);
    const refused = await jsonOf(answers.find((answer) => answer.status === 409)!);
    const [row] = await world.ctx.db.select().from(instances);
    expect(refused).toMatchObject({ code: 'already-exists', id: row!.id });
    expect(world.simulator.instances()).toHaveLength(1);
  });

  it('503: no server has a free place, and nothing is saved', async () => {
    await using world = await createInstanceWorld();
    await world.ctx.db.update(evolutionServers).set({ capacity: 1 });
    expect((await world.asGlobex('POST', '/v1/instances', {})).status).toBe(201);
    const response = await world.asAcme('POST', '/v1/instances', {}, { 'accept-language': 'tr' });
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '300']);
    expect((await jsonOf(response)).detail).toBe('Şu anda hiçbir WhatsApp sunucusunda boş yer yok');
    expect(await world.ctx.db.select().from(instances)).toHaveLength(1);
  });

  it('503: a last place is given once, to callers who come at the same time', async () => {
    await using world = await createInstanceWorld();
    await world.ctx.db.update(evolutionServers).set({ capacity: 1 });
    const answers = await Promise.all(
      [world.asAcme, world.asGlobex, world.asAdmin].map((call) => call('POST', '/v1/instances', {})),
    );
    expect(answers.map((answer) => answer.status).sort()).toEqual([201, 503, 503]);
  });

  it('503: Evolution is away, and nothing is saved', async () => {
    await using world = await createInstanceWorld();
    await using gone = await startStubServer(() => {});
    await gone[Symbol.asyncDispose]();
    await world.ctx.db.update(evolutionServers).set({ url: gone.url });
    const response = await world.asAcme('POST', '/v1/instances', {});
    expect([response.status, (await jsonOf(response)).code]).toEqual([503, 'whatsapp-unavailable']);
    expect(await world.ctx.db.select().from(instances)).toEqual([]);
  });

  it('503: an unlicensed Evolution, and its words do not get out', async () => {
    await using world = await createInstanceWorld();
    await world.control('POST', '/faults', { outcome: { kind: 'license' } });
    const response = await world.asAcme('POST', '/v1/instances', {});
    const body = await response.text();
    expect(response.status).toBe(503);
    expect(body).not.toMatch(/licen|activat/i);
    expect(await world.ctx.db.select().from(instances)).toEqual([]);
  });

  it('201: an unanswered call leaves an instance that waits to be repaired', async () => {
    await using world = await createInstanceWorld();
    await world.control('POST', '/faults', { verb: 'create', count: 1, outcome: { kind: 'reset' } });
    const response = await world.asAcme('POST', '/v1/instances', {});
    expect(response.status).toBe(201);
    const { id, qr } = await jsonOf(response);
    expect([qr, (await world.row(id)).provisionedAt]).toEqual([null, null]);
  });

  it('goes to the server with the greatest share of its places free', async () => {
    await using world = await createInstanceWorld();
    await world.ctx.db.update(evolutionServers).set({ capacity: 2 });
    await world.asGlobex('POST', '/v1/instances', {});
    const roomy = {
      url: `${world.simulator.url}/`,
      apiKey: world.ctx.secrets.seal(world.simulator.apiKey),
      capacity: 10,
    };
    const [second] = await world.ctx.db.insert(evolutionServers).values(roomy).returning();
    const off = { url: 'http://off.example', apiKey: world.ctx.secrets.seal('k'), capacity: 1000, enabled: false };
    await world.ctx.db.insert(evolutionServers).values(off);
    const { id } = await jsonOf(await world.asAcme('POST', '/v1/instances', {}));
    expect((await world.row(id)).evolutionServerId).toBe(second!.id);
  });

  it.each([
    [{ name: '' }, 'name'],
    [{ name: 'x'.repeat(101) }, 'name'],
    [{ name: 7 }, 'name'],
    [{ name: 'a\u0000b' }, 'name'],
    [{ number: 'call me' }, 'number'],
    [{ number: '0532 111' }, 'number'],
    [{ number: '1'.repeat(40) }, 'number'],
    [{ token: 'mine' }, 'token'],
  ])('400: %j', async (body, path) => {
    await using world = await createInstanceWorld();
    const response = await world.asAcme('POST', '/v1/instances', body);
    expect([response.status, (await jsonOf(response)).errors[0]?.path]).toEqual([400, path]);
    expect(await world.ctx.db.select().from(instances)).toEqual([]);
    expect(world.simulator.instances()).toEqual([]);
  });

  it('401: nobody signed in', async () => {
    await using world = await createInstanceWorld();
    expect((await world.asNobody('POST', '/v1/instances', {})).status).toBe(401);
  });
});
