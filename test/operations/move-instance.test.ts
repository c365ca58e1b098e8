import { eq, sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { startSimulator } from '#evolution/simulator/start-simulator.ts';
import { activities } from '#src/db/schema/activities.ts';
import { instanceLeftovers, lanes } from '#src/db/schema/instances.ts';
import { checkServers } from '#src/instances/check-servers.ts';
import { sweepInstances } from '#src/instances/sweep-instances.ts';
import { sweepMoves } from '#src/operations/sweep-moves.ts';
import { newId } from '#src/platform/ids.ts';
import { createGroupOf, pumpDry } from '#test/campaigns/stage.ts';
import { createInstanceWorld, type InstanceWorld } from '#test/instances/instance-world.ts';
import type { Answer } from '#test/support/cast.ts';
import { drain } from '#test/support/drain.ts';

const quick = {
  createWaitMs: 20,
  connectWaitMs: 20,
  reconnectMs: 20,
  ackDelaysMs: { server: 5, delivery: 10, read: 15 },
};

// biome-ignore lint/suspicious/noExplicitAny: what is in it is what the test is about to say
const jsonOf = (response: Answer): Promise<any> => response.json();

/** An open connection of acme's, and a campaign to three of which nothing has been sent. */
async function openWithCampaign(world: InstanceWorld) {
  const { id } = await jsonOf(await world.asAcme('POST', '/v1/instances', {}));
  const old = (await world.row(id)).providerName;
  await world.control('POST', `/scan/${old}`, {});
  await world.until(async () => (await world.row(id)).status === 'open');
  const groupId = await createGroupOf(world.ctx, world.acme, 3);
  const campaign = {
    name: 'x',
    channel: 'whatsapp',
    text: 'Merhaba',
    audience: { groupIds: [groupId] },
    startAt: null,
  };
  const { id: campaignId } = await jsonOf(await world.asAcme('POST', '/v1/campaigns', campaign));
  await drain(world.ctx);
  return { id, old, campaignId };
}

/** Nobody finds a place there, and it cannot be taken away from under those who have one. */
async function expectFull(world: InstanceWorld, serverId: string) {
  const { id: second } = await jsonOf(await world.asGlobex('POST', '/v1/instances', {}));
  expect((await world.asAdmin('POST', `/v1/admin/instances/${second}/move`, { serverId })).status).toBe(409);
  expect((await world.asAdmin('DELETE', `/v1/admin/evolution-servers/${serverId}`)).status).toBe(409);
}

/** What is left behind goes, and what the former server says of its own end is a stranger's by then. */
async function forgetFormer(world: InstanceWorld, id: string, serverId: string) {
  const page = await jsonOf(await world.asAdmin('GET', '/v1/admin/instances?moving=false'));
  expect(page.data).toMatchObject([{ id, leftovers: 1, server: { id: serverId }, move: null }]);
  await world.until(async () => {
    world.clock.advance({ minutes: 1 });
    await sweepMoves(world.ctx);
    return (await world.ctx.db.select().from(instanceLeftovers)).length === 0;
  });
  expect((await world.row(id)).status).toBe('connecting');
}

describe('POST /v1/admin/instances/{id}/move', () => {
  it('202: waits for what is on the wire, begins nothing more, and goes on after the new QR code: everybody is written to once', async () => {
    await using world = await createInstanceWorld();
    const other = await startSimulator({ ...quick, apiKey: 'another-key' });
    const { id: serverId } = await jsonOf(
      await world.asAdmin('POST', '/v1/admin/evolution-servers', {
        url: other.url,
        apiKey: 'another-key',
        capacity: 1,
      }),
    );
    const { id, old, campaignId } = await openWithCampaign(world);
    // one is on the wire
    const messageId = newId();
    await world.ctx.db.update(lanes).set({ inFlightMessageId: messageId }).where(eq(lanes.instanceId, id));
    const path = `/v1/admin/instances/${id}`;
    const asked = await world.asAdmin('POST', `${path}/move`, { serverId });
    expect([asked.status, await jsonOf(asked)]).toMatchObject([
      202,
      { move: { toServerId: serverId }, status: 'open' },
    ]);
    expect((await world.asAdmin('POST', `${path}/move`, { serverId })).status).toBe(202);
    await sweepMoves(world.ctx);
    expect((await world.row(id)).providerName).toBe(old);
    await world.ctx.db.update(lanes).set({ inFlightMessageId: null }).where(eq(lanes.instanceId, id));
    expect(await pumpDry(world.ctx)).toBe(0);
    const waiting = await jsonOf(await world.asAdmin('GET', '/v1/admin/lanes'));
    expect(waiting.data[0]).toMatchObject({ state: 'moving' });

    await sweepMoves(world.ctx);
    const moved = await world.row(id);
    expect(moved).toMatchObject({ evolutionServerId: serverId, status: 'connecting', movingToServerId: null });
    expect(moved.providerName).not.toBe(old);
    expect(await jsonOf(await world.asAcme('GET', `/v1/instances/${id}`))).toMatchObject({
      status: 'connecting',
      qr: expect.any(Object),
    });
    expect(await pumpDry(world.ctx)).toBe(0);

    await forgetFormer(world, id, serverId);

    const http = { 'content-type': 'application/json', apikey: 'another-key' };
    await fetch(`${other.url}/simulator/scan/${moved.providerName}`, { method: 'POST', headers: http, body: '{}' });
    await world.until(async () => (await world.row(id)).status === 'open');
    expect(await pumpDry(world.ctx)).toBe(3);
    await drain(world.ctx);
    expect(await jsonOf(await world.asAcme('GET', `/v1/campaigns/${campaignId}`))).toMatchObject({
      credits: { spent: 3 },
    });
    const own = await world.ctx.db.select().from(activities).where(eq(activities.verb, 'instances.move'));
    expect(own).toMatchObject([
      {
        organizationId: world.acme.organizationId,
        actorType: 'admin',
        changes: { evolutionServerId: [world.serverId, serverId] },
      },
    ]);
    await expectFull(world, serverId);
    await other.close();
  });

  it('202: what is in doubt is left to a person after ten minutes, never sent again by the new server; one that does not answer is made later', async () => {
    await using world = await createInstanceWorld();
    const other = await startSimulator({ ...quick, apiKey: 'another-key' });
    const add = { url: other.url, apiKey: 'another-key' };
    const { id: serverId } = await jsonOf(await world.asAdmin('POST', '/v1/admin/evolution-servers', add));
    const { id } = await jsonOf(await world.asAcme('POST', '/v1/instances', {}));
    const now = world.clock.now().toISOString();
    await world.ctx.db.execute(sql`update organizations set unknown_policy = 'resend-when-absent'`);
    await world.ctx.db.execute(sql`
      insert into messages (organization_id, user_id, instance_id, kind, address, body, status, dispatched_at, reconcile_at)
      values (${world.acme.organizationId}, ${world.acme.userId}, ${id}, 'text', '+905321110001', 'x', 'unknown', ${now}::timestamptz, ${now}::timestamptz)`);
    const asked = await world.asAdmin('POST', `/v1/admin/instances/${id}/move`, { serverId });
    expect((await jsonOf(asked)).move).not.toBeNull();
    world.clock.advance({ minutes: 11 });
    await other.close();
    await sweepMoves(world.ctx);
    const [message] = await world.ctx.db.execute(sql`select status, status_reason, reconcile_at from messages`);
    expect(message).toMatchObject({ status: 'unknown', status_reason: 'unresolved', reconcile_at: null });
    expect(await world.row(id)).toMatchObject({ evolutionServerId: serverId, provisionedAt: null });
    // nothing of the former is touched until the new one is there
    world.clock.advance({ minutes: 2 });
    await sweepMoves(world.ctx);
    expect(await world.ctx.db.select().from(instanceLeftovers)).toHaveLength(1);
    await sweepInstances(world.ctx);
    expect((await world.row(id)).provisionedAt).toBeNull();
  });

  it('409, 400, 503, 404, 403: the server it is on, a drained one, one that is none or does not answer; not the owner’s', async () => {
    await using world = await createInstanceWorld();
    const other = await startSimulator({ ...quick, apiKey: 'another-key' });
    const add = { url: other.url, apiKey: 'another-key', enabled: false };
    const { id: serverId } = await jsonOf(await world.asAdmin('POST', '/v1/admin/evolution-servers', add));
    const { id } = await jsonOf(await world.asAcme('POST', '/v1/instances', {}));
    const move = async (instanceId: string, to: string) =>
      (await world.asAdmin('POST', `/v1/admin/instances/${instanceId}/move`, { serverId: to })).status;
    expect(await move(id, world.serverId)).toBe(409);
    expect(await move(id, serverId)).toBe(409);
    expect(await move(id, newId())).toBe(400);
    expect(await move(newId(), serverId)).toBe(404);
    expect((await world.asAcme('POST', `/v1/admin/instances/${id}/move`, { serverId })).status).toBe(403);
    expect((await world.asAcme('GET', '/v1/admin/instances')).status).toBe(403);
    expect((await world.asAcme('GET', `/v1/admin/instances/${id}`)).status).toBe(403);
    expect((await world.asAdmin('GET', `/v1/admin/instances/${newId()}`)).status).toBe(404);

    await checkServers(world.ctx);
    const before = await jsonOf(await world.asAdmin('GET', `/v1/admin/evolution-servers/${serverId}`));
    expect(before.health).toMatchObject({
      reachable: true,
      version: '2.3.7',
      latencyMs: expect.any(Number),
      lastError: null,
    });
    await other.close();
    expect(await move(id, serverId)).toBe(503);
    world.clock.advance({ minutes: 1 });
    await checkServers(world.ctx);
    const after = await jsonOf(await world.asAdmin('GET', `/v1/admin/evolution-servers/${serverId}`));
    expect(after.health).toMatchObject({
      reachable: false,
      version: '2.3.7',
      latencyMs: null,
      lastError: expect.any(String),
      since: expect.any(String),
    });
    expect(JSON.stringify(after)).not.toContain('another-key');
  });
});
