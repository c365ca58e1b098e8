import { and, eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { activities } from '#src/db/schema/activities.ts';
import { instances, lanes } from '#src/db/schema/instances.ts';
import { liveEvents } from '#src/db/schema/live.ts';
import { newId } from '#src/platform/ids.ts';
import { createInstanceWorld, type InstanceWorld, jsonOf } from './instance-world.ts';

async function createOne(world: InstanceWorld): Promise<string> {
  return (await jsonOf(await world.asAcme('POST', '/v1/instances', { name: 'Mağaza' }))).id;
}
const nameOf = (id: string): string => `ulak-${id.replaceAll('-', '')}`;
const statusOf = async (world: InstanceWorld, id: string) => (await world.row(id)).status;

async function openOne(world: InstanceWorld): Promise<string> {
  const id = await createOne(world);
  await world.control('POST', `/scan/${nameOf(id)}`, { number: '905321110000', profileName: 'Mağaza' });
  await world.until(async () => (await statusOf(world, id)) === 'open');
  return id;
}

describe('from QR code to open', () => {
  it('200: the scan opens it, its phone known, its lane woken, front ends told, written down once', async () => {
    await using world = await createInstanceWorld();
    const id = await openOne(world);
    expect(await jsonOf(await world.asAcme('GET', `/v1/instances/${id}`))).toMatchObject({
      status: 'open',
      statusReason: null,
      phone: '+905321110000',
      profileName: 'Mağaza',
      qr: null,
      connectedAt: '2026-03-02T09:00:00.000Z',
    });
    expect(await world.ctx.db.select().from(lanes)).toMatchObject([{ instanceId: id, dueAt: world.clock.now() }]);
    const told = await world.ctx.db.select().from(liveEvents).where(eq(liveEvents.type, 'instance.status-changed'));
    expect(told.at(-1)).toMatchObject({
      organizationId: world.acme.organizationId,
      data: { id, status: 'open', statusReason: null },
    });
    const written = await world.ctx.db.select().from(activities).where(eq(activities.verb, 'instances.follow'));
    expect(written).toMatchObject([{ actorType: 'webhook', subjectId: id, details: { status: 'open' } }]);
  });

  it('200: the QR code as JSON or as PNG, whichever is asked for, never cached', async () => {
    await using world = await createInstanceWorld();
    const id = await createOne(world);
    const json = await world.asAcme('GET', `/v1/instances/${id}/qr`);
    expect([json.status, json.headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect(await jsonOf(json)).toMatchObject({
      code: expect.stringMatching(/^2@/),
      expiresAt: '2026-03-02T09:00:45.000Z',
      pairingCode: null,
    });
    const png = await world.asAcme('GET', `/v1/instances/${id}/qr`, undefined, {
      accept: 'image/avif,image/webp,image/*,*/*;q=0.8',
    });
    expect([png.status, png.headers.get('content-type')]).toEqual([200, 'image/png']);
    expect([...new Uint8Array(await png.arrayBuffer()).slice(0, 4)]).toEqual([0x89, 0x50, 0x4e, 0x47]);
    expect((await world.asAcme('GET', `/v1/instances/${id}/qr`, undefined, { accept: 'text/html' })).status).toBe(406);
  });

  it('200: follows the QR code as it changes', async () => {
    await using world = await createInstanceWorld({ simulator: { qrRotationMs: 60 } });
    const id = await createOne(world);
    const first = (await world.row(id)).qrCode;
    await world.until(async () => (await world.row(id)).qrCode !== first);
    expect((await jsonOf(await world.asAcme('GET', `/v1/instances/${id}`))).qr?.code).not.toBe(first);
  });

  it('409: an expired QR code is not shown; try again soon', async () => {
    await using world = await createInstanceWorld();
    const id = await createOne(world);
    world.clock.advance({ seconds: 45 });
    const response = await world.asAcme('GET', `/v1/instances/${id}/qr`);
    expect([response.status, response.headers.get('retry-after')]).toEqual([409, '3']);
    expect((await jsonOf(await world.asAcme('GET', `/v1/instances/${id}`))).qr).toBeNull();
  });

  it('409: no QR code of an open connection', async () => {
    await using world = await createInstanceWorld();
    const id = await openOne(world);
    const response = await world.asAcme('GET', `/v1/instances/${id}/qr`);
    expect([response.status, response.headers.get('retry-after')]).toEqual([409, null]);
  });

  it('closed: nobody scans in time, and a new QR code is offered', async () => {
    await using world = await createInstanceWorld({ simulator: { qrRotationMs: 20, qrLimit: 2 } });
    const id = await createOne(world);
    await world.until(async () => (await statusOf(world, id)) === 'closed');
    expect((await world.row(id)).statusReason).toBe('qr-expired');
    const again = await jsonOf(await world.asAcme('POST', `/v1/instances/${id}/connect`, {}));
    expect(again).toMatchObject({ status: 'connecting', statusReason: 'scan-qr', qr: { code: expect.any(String) } });
  });
});

describe('POST /v1/instances/{id}/connect', () => {
  it('200: an open one stays as it is, and Evolution is not asked', async () => {
    await using world = await createInstanceWorld();
    const id = await openOne(world);
    await world.simulator.close();
    const response = await world.asAcme('POST', `/v1/instances/${id}/connect`, {});
    expect([response.status, (await jsonOf(response)).status]).toEqual([200, 'open']);
  });

  it('200: a QR code that can be scanned is handed out again, and Evolution is not asked', async () => {
    await using world = await createInstanceWorld();
    const id = await createOne(world);
    await world.simulator.close();
    expect((await jsonOf(await world.asAcme('POST', `/v1/instances/${id}/connect`, {}))).qr).not.toBeNull();
  });

  it('200: an expired QR code is renewed', async () => {
    await using world = await createInstanceWorld();
    const id = await createOne(world);
    world.clock.advance({ minutes: 1 });
    const body = await jsonOf(await world.asAcme('POST', `/v1/instances/${id}/connect`, {}));
    expect(body.qr?.expiresAt).toBe('2026-03-02T09:01:45.000Z');
  });

  it('200: asked five times at once, Evolution hears it once', async () => {
    await using world = await createInstanceWorld();
    const id = await openOne(world);
    await world.control('POST', `/close/${nameOf(id)}`, { statusReason: 401 });
    await world.until(async () => (await statusOf(world, id)) === 'logged-out');
    const answers = await Promise.all(
      [1, 2, 3, 4, 5].map(() => world.asAcme('POST', `/v1/instances/${id}/connect`, {})),
    );
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200, 200, 200]);
    const asked = and(eq(activities.verb, 'instances.connect'), eq(activities.subjectId, id));
    expect(await world.ctx.db.select().from(activities).where(asked)).toHaveLength(1);
    await world.until(async () => (await world.row(id)).statusReason === 'scan-qr');
  });

  it('200: with a number, a pairing code even while a QR code is shown', async () => {
    await using world = await createInstanceWorld();
    const id = await createOne(world);
    const body = await jsonOf(
      await world.asAcme('POST', `/v1/instances/${id}/connect`, { number: '+90 532 111 00 00' }),
    );
    expect(body.pairingCode).toMatch(/^[A-Z0-9]{8}$/);
    await world.until(
      async () =>
        (await world.row(id)).pairingCode === body.pairingCode && (await statusOf(world, id)) === 'connecting',
    );
  });

  it('429: another pairing code within ten seconds', async () => {
    await using world = await createInstanceWorld();
    const id = await createOne(world);
    await world.asAcme('POST', `/v1/instances/${id}/connect`, { number: '+905321110000' });
    const response = await world.asAcme('POST', `/v1/instances/${id}/connect`, { number: '+905321110000' });
    expect([response.status, response.headers.get('retry-after')]).toEqual([429, '10']);
  });

  it('200: one that was removed in the manager panel is made anew, under the same id', async () => {
    await using world = await createInstanceWorld();
    const id = await openOne(world);
    await fetch(`${world.simulator.url}/instance/delete/${nameOf(id)}`, {
      method: 'DELETE',
      headers: { apikey: world.simulator.apiKey },
    });
    await world.until(async () => (await statusOf(world, id)) !== 'open' && world.simulator.instances().length === 0);
    const body = await jsonOf(await world.asAcme('POST', `/v1/instances/${id}/connect`, {}));
    expect(body).toMatchObject({ id, status: 'connecting', qr: { code: expect.any(String) } });
    expect(world.simulator.instances()).toMatchObject([{ name: nameOf(id) }]);
  });

  it('503: Evolution is away, and the state is as before', async () => {
    await using world = await createInstanceWorld();
    const id = await openOne(world);
    await world.control('POST', `/close/${nameOf(id)}`, { statusReason: 403 });
    await world.until(async () => (await statusOf(world, id)) === 'blocked');
    await world.simulator.close();
    const response = await world.asAcme('POST', `/v1/instances/${id}/connect`, {});
    expect([response.status, (await jsonOf(response)).code]).toEqual([503, 'whatsapp-unavailable']);
    expect(await world.row(id)).toMatchObject({ status: 'blocked', statusReason: 'banned', disconnectCode: 403 });
  });

  it('400: a number that is none', async () => {
    await using world = await createInstanceWorld();
    const id = await createOne(world);
    const response = await world.asAcme('POST', `/v1/instances/${id}/connect`, { number: '12345' });
    expect([response.status, (await jsonOf(response)).errors[0]?.path]).toEqual([400, 'number']);
  });
});

describe('what happens to an open connection', () => {
  it('a lost network shows only connecting, then open again', async () => {
    await using world = await createInstanceWorld({ simulator: { reconnectMs: 200 } });
    const id = await openOne(world);
    await world.control('POST', `/drop/${nameOf(id)}`);
    await world.until(async () => (await statusOf(world, id)) === 'connecting');
    await world.until(async () => (await statusOf(world, id)) === 'open');
  });

  it.each([
    [401, 'logged-out', 'logged-out'],
    [402, 'blocked', 'temporarily-banned'],
    [403, 'blocked', 'banned'],
    [406, 'blocked', 'refused'],
  ])('a final close %i is %s', async (statusReason, status, reason) => {
    await using world = await createInstanceWorld();
    const id = await openOne(world);
    await world.control('POST', `/close/${nameOf(id)}`, { statusReason });
    await world.until(async () => (await world.row(id)).disconnectCode === statusReason);
    await world.until(() => true);
    expect(await world.row(id)).toMatchObject({ status, statusReason: reason, phone: '+905321110000' });
  });

  it('a storm of connecting costs a few rows and one change', async () => {
    await using world = await createInstanceWorld();
    const id = await openOne(world);
    const before = await world.ctx.db.select().from(liveEvents);
    await world.control('POST', `/storm/${nameOf(id)}`, { perSecond: 70, seconds: 2 });
    await world.until(async () => (await statusOf(world, id)) === 'connecting');
    await world.until(async () => (await statusOf(world, id)) === 'open');
    const after = await world.ctx.db.select().from(liveEvents);
    expect(after.length - before.length).toBe(2);
  });
});

describe('DELETE /v1/instances/{id}/session', () => {
  it('204: unlinks the phone, also when it was not linked', async () => {
    await using world = await createInstanceWorld();
    const id = await openOne(world);
    expect((await world.asAcme('DELETE', `/v1/instances/${id}/session`)).status).toBe(204);
    expect(await world.row(id)).toMatchObject({ status: 'logged-out', statusReason: 'logged-out' });
    expect(world.simulator.instances()).toMatchObject([{ state: 'close' }]);
    expect((await world.asAcme('DELETE', `/v1/instances/${id}/session`)).status).toBe(204);
    await world.until(async () => (await world.row(id)).disconnectCode === 401);
    expect(await statusOf(world, id)).toBe('logged-out');
  });

  it('503: Evolution is away, and nothing is said to have happened', async () => {
    await using world = await createInstanceWorld();
    const id = await openOne(world);
    await world.simulator.close();
    expect((await world.asAcme('DELETE', `/v1/instances/${id}/session`)).status).toBe(503);
    expect(await statusOf(world, id)).toBe('open');
  });
});

describe('DELETE /v1/instances/{id}', () => {
  it('204: gone at Evolution, gone for its owner, kept for what points at it', async () => {
    await using world = await createInstanceWorld();
    const id = await openOne(world);
    expect((await world.asAcme('DELETE', `/v1/instances/${id}`)).status).toBe(204);
    expect((await world.asAcme('GET', `/v1/instances/${id}`)).status).toBe(404);
    expect((await jsonOf(await world.asAcme('GET', '/v1/instances'))).data).toEqual([]);
    expect((await world.asAcme('DELETE', `/v1/instances/${id}`)).status).toBe(404);
    await world.until(() => world.simulator.instances().length === 0);
    expect(await world.row(id)).toMatchObject({ status: 'closed', statusReason: 'deleted', phone: '+905321110000' });
  });

  it('204: another can be made at once, although Evolution is away and the first still there', async () => {
    await using world = await createInstanceWorld();
    const id = await createOne(world);
    await world.control('POST', '/faults', {
      verb: 'delete',
      outcome: { kind: 'answer', status: 400, message: ['Error: Connection Closed'] },
    });
    expect((await world.asAcme('DELETE', `/v1/instances/${id}`)).status).toBe(204);
    expect(await world.row(id)).toMatchObject({ deletedAt: null, deletingAt: world.clock.now() });
    expect((await world.asAcme('POST', '/v1/instances', {})).status).toBe(201);
    expect(await world.ctx.db.select().from(instances)).toHaveLength(2);
  });
});

describe('whose it is', () => {
  const doors: [string, string, unknown?][] = [
    ['GET', ''],
    ['GET', '/qr'],
    ['POST', '/connect', {}],
    ['DELETE', '/session'],
    ['DELETE', ''],
  ];

  it.each(doors)(
    '404: %s /v1/instances/{id}%s of another organization, and nothing happens',
    async (method, path, body) => {
      await using world = await createInstanceWorld();
      const id = await createOne(world);
      const before = await world.row(id);
      expect((await world.asGlobex(method, `/v1/instances/${id}${path}`, body)).status).toBe(404);
      expect((await world.asAcme(method, `/v1/instances/${newId()}${path}`, body)).status).toBe(404);
      expect((await world.asAcme(method, `/v1/instances/1${path}`, body)).status).toBe(404);
      expect((await world.asNobody(method, `/v1/instances/${id}${path}`, body)).status).toBe(401);
      expect(await world.row(id)).toEqual(before);
    },
  );

  it('200: lists one’s own only, page by page', async () => {
    await using world = await createInstanceWorld();
    const id = await createOne(world);
    await world.asGlobex('POST', '/v1/instances', {});
    const page = await jsonOf(await world.asAcme('GET', '/v1/instances?limit=1'));
    expect([page.data.map((row) => row.id), page.nextCursor]).toEqual([[id], null]);
    expect((await world.asAcme('GET', '/v1/instances?cursor=x')).status).toBe(400);
  });
});
