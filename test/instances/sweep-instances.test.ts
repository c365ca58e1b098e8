import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { evolutionServers, instances } from '#src/db/schema/instances.ts';
import { sweepInstances } from '#src/instances/sweep-instances.ts';
import { createInstanceWorld, type InstanceWorld, jsonOf } from './instance-world.ts';

const nameOf = (id: string): string => `ulak-${id.replaceAll('-', '')}`;

async function createOne(world: InstanceWorld): Promise<string> {
  return (await jsonOf(await world.asAcme('POST', '/v1/instances', {}))).id;
}

async function openOne(world: InstanceWorld): Promise<string> {
  const id = await createOne(world);
  await world.control('POST', `/scan/${nameOf(id)}`, { number: '905321110000' });
  await world.until(async () => (await world.row(id)).status === 'open');
  return id;
}

/** As Evolution has it when it dies between making an instance and answering. */
async function createByHand(world: InstanceWorld, instanceName: string, token: string): Promise<void> {
  const response = await fetch(`${world.simulator.url}/instance/create`, {
    method: 'POST',
    headers: { apikey: world.simulator.apiKey, 'content-type': 'application/json' },
    body: JSON.stringify({ instanceName, token, integration: 'WHATSAPP-BAILEYS' }),
  });
  expect(response.status).toBe(201);
}

/** Evolution's webhooks are lost from now on. */
const deafen = (world: InstanceWorld) => world.control('PUT', '/webhooks', { loseShare: 1 });

describe('an instance whose creation was not answered', () => {
  it.each([false, true])('is made, and once only (made although not answered: %s)', async (made) => {
    await using world = await createInstanceWorld();
    await world.control('POST', '/faults', { verb: 'create', count: 1, outcome: { kind: 'reset' } });
    const id = await createOne(world);
    const { providerName, token } = await world.row(id);
    if (made) await createByHand(world, providerName, world.ctx.secrets.open(token));
    await sweepInstances(world.ctx);
    expect((await world.row(id)).provisionedAt).toBeNull();
    world.clock.advance({ minutes: 1 });
    await sweepInstances(world.ctx);
    expect(await world.row(id)).toMatchObject({
      provisionedAt: world.clock.now(),
      statusReason: 'scan-qr',
      qrCode: expect.any(String),
    });
    expect(world.simulator.instances()).toHaveLength(1);
    await world.control('POST', `/scan/${providerName}`, {});
    await world.until(async () => (await world.row(id)).status === 'open');
  });

  it('is given up after five minutes, until its owner asks again', async () => {
    await using world = await createInstanceWorld();
    await world.control('POST', '/faults', { verb: 'create', outcome: { kind: 'reset' } });
    const id = await createOne(world);
    for (let minute = 0; minute < 6; minute++) {
      world.clock.advance({ minutes: 1 });
      await sweepInstances(world.ctx);
    }
    expect(await world.row(id)).toMatchObject({ status: 'closed', statusReason: 'offline', provisionedAt: null });
    await world.control('DELETE', '/faults');
    const body = await jsonOf(await world.asAcme('POST', `/v1/instances/${id}/connect`, {}));
    expect(body).toMatchObject({ status: 'connecting', qr: { code: expect.any(String) } });
  });
});

describe('a connection of which nothing was heard', () => {
  it('is open when Evolution says so: the webhook was lost', async () => {
    await using world = await createInstanceWorld();
    const id = await createOne(world);
    await deafen(world);
    await world.control('POST', `/scan/${nameOf(id)}`, { number: '905321110000', profileName: 'Mağaza' });
    await world.until(() => world.simulator.instances()[0]?.state === 'open');
    world.clock.advance({ minutes: 2 });
    await sweepInstances(world.ctx);
    expect(await world.row(id)).toMatchObject({ status: 'open', phone: '+905321110000', profileName: 'Mağaza' });
  });

  it('is blocked when Evolution says so', async () => {
    await using world = await createInstanceWorld();
    const id = await openOne(world);
    await deafen(world);
    await world.control('POST', `/close/${nameOf(id)}`, { statusReason: 403 });
    world.clock.advance({ minutes: 14 });
    await sweepInstances(world.ctx);
    expect((await world.row(id)).status).toBe('open');
    world.clock.advance({ minutes: 1 });
    await sweepInstances(world.ctx);
    expect(await world.row(id)).toMatchObject({ status: 'blocked', statusReason: 'banned', disconnectCode: 403 });
  });

  it('keeps its QR code while that can be scanned, and is closed when WhatsApp cannot be reached for five minutes', async () => {
    await using world = await createInstanceWorld({ simulator: { reconnectMs: 60_000 } });
    const id = await createOne(world);
    world.clock.advance({ minutes: 1 });
    await world.ctx.db.update(instances).set({ qrExpiresAt: new Date(world.clock.now().getTime() + 1000) });
    await sweepInstances(world.ctx);
    expect(await world.row(id)).toMatchObject({ status: 'connecting', statusReason: 'scan-qr' });
    await world.ctx.db.update(instances).set({ qrCode: null, qrImage: null, qrExpiresAt: null });
    for (let minute = 0; minute < 4; minute++) {
      world.clock.advance({ minutes: 1 });
      await sweepInstances(world.ctx);
    }
    expect(await world.row(id)).toMatchObject({ status: 'closed', statusReason: 'offline' });
  });

  it('offline comes back when Evolution says that it is open', async () => {
    await using world = await createInstanceWorld();
    const id = await openOne(world);
    await world.ctx.db.update(instances).set({ status: 'closed', statusReason: 'offline' });
    world.clock.advance({ minutes: 5 });
    await sweepInstances(world.ctx);
    expect((await world.row(id)).status).toBe('open');
  });

  it('an open one stays open while Evolution itself is away', async () => {
    await using world = await createInstanceWorld();
    const id = await openOne(world);
    await world.simulator.close();
    world.clock.advance({ minutes: 20 });
    await sweepInstances(world.ctx);
    expect((await world.row(id)).status).toBe('open');
  });

  it('one that is gone from Evolution is closed', async () => {
    await using world = await createInstanceWorld();
    const id = await openOne(world);
    await deafen(world);
    await world.control('POST', '/reset', { keepInstances: false });
    world.clock.advance({ minutes: 15 });
    await sweepInstances(world.ctx);
    expect(await world.row(id)).toMatchObject({ status: 'closed', statusReason: 'removed' });
  });

  it('is asked about by one worker only', async () => {
    await using world = await createInstanceWorld();
    const id = await openOne(world);
    world.clock.advance({ minutes: 15 });
    await world.control('POST', '/faults', {
      verb: 'connectionState',
      count: 1,
      outcome: { kind: 'answer', status: 500 },
    });
    await Promise.all([1, 2, 3, 4].map(() => sweepInstances(world.ctx)));
    expect(await world.control('GET', '/faults')).toMatchObject({ rules: [{ count: 0 }] });
    expect((await world.row(id)).checkedAt).toEqual(world.clock.now());
  });

  it('a broken one does not keep the others from being looked after', async () => {
    await using world = await createInstanceWorld();
    const id = await createOne(world);
    await jsonOf(await world.asGlobex('POST', '/v1/instances', {}));
    await deafen(world);
    await world.control('POST', `/scan/${nameOf(id)}`, {});
    await world.until(() => world.simulator.instances().some((instance) => instance.state === 'open'));
    const broken = { url: 'http://127.0.0.1:9', apiKey: 'not sealed at all' };
    const [other] = await world.ctx.db.insert(evolutionServers).values(broken).returning();
    await world.ctx.db
      .update(instances)
      .set({ evolutionServerId: other!.id })
      .where(eq(instances.userId, world.globex.userId));
    world.clock.advance({ minutes: 2 });
    await sweepInstances(world.ctx);
    expect((await world.row(id)).status).toBe('open');
  });
});

describe('a deleted instance', () => {
  it('is removed until it really is gone', async () => {
    await using world = await createInstanceWorld();
    const id = await openOne(world);
    const refusal = { kind: 'answer', status: 400, message: ['Error: Connection Closed'] };
    await world.control('POST', '/faults', { verb: 'delete', count: 2, outcome: refusal });
    await world.asAcme('DELETE', `/v1/instances/${id}`);
    for (let minute = 0; minute < 3; minute++) {
      expect((await world.row(id)).deletedAt).toBeNull();
      world.clock.advance({ minutes: 1 });
      await sweepInstances(world.ctx);
      await world.until(() => true);
    }
    await world.until(() => world.simulator.instances().length === 0);
    world.clock.advance({ minutes: 1 });
    await sweepInstances(world.ctx);
    expect((await world.row(id)).deletedAt).not.toBeNull();
  });
});
