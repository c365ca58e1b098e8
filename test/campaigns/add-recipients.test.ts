import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { stage } from './scene.ts';
import { createGroupOf, endingsFrom, pumpDry } from './stage.ts';

type Scene = Awaited<ReturnType<typeof stage>>;
const LATER = '2026-03-02T15:00:00+03:00';

const waiting = (options: Parameters<typeof stage>[0] = {}) =>
  stage({ ...options, more: { startAt: LATER, ...options.more } });
const add = (scene: Scene, body: object, who: Scene['acme'] = scene.acme) =>
  who.call('POST', `/v1/campaigns/${scene.id}/recipients`, body);
const remove = (scene: Scene, body: object, who: Scene['acme'] = scene.acme) =>
  who.call('DELETE', `/v1/campaigns/${scene.id}/recipients`, body);
const positions = async (scene: Scene) =>
  (
    await scene.ctx.db.execute<{ position: number }>(
      sql`select position from campaign_recipients where campaign_id = ${scene.id} order by position`,
    )
  ).map(({ position }) => position);

async function begin(scene: Scene): Promise<void> {
  scene.clock.set('2026-03-02T12:00:00Z');
  await scene.drain();
}

describe('POST /v1/campaigns/{id}/recipients', () => {
  it('200: adds each customer once, behind the others, counts the excluded, holds the credits, and sends to all', async () => {
    await using scene = await waiting({ count: 3 });
    const { ayse, burak, ceren } = scene.customers;
    const response = await add(scene, { customerIds: [ayse, burak, ceren, ayse] });
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      recipientCount: 5,
      credits: { held: 5 },
      excluded: [{ reason: 'blacklisted', count: 1 }],
    });
    expect(await positions(scene)).toEqual([1, 2, 3, 4, 5]);
    const again = await (await add(scene, { customerIds: [ayse, ceren] })).json();
    expect(again).toMatchObject({ recipientCount: 5, excluded: [{ reason: 'blacklisted', count: 1 }] });
    await begin(scene);
    expect(await pumpDry(scene.ctx)).toBe(5);
    expect(Object.values(scene.simulator.sendCountsByNumber())).toEqual([1, 1, 1, 1, 1]);
    expect(await scene.ledger()).toEqual([]);
  });

  it('200: a customer with the phone of one who is in it already is a duplicate', async () => {
    await using scene = await waiting({ count: 1 });
    const [{ address }] = await scene.recipients();
    await scene.ctx.db.execute(sql`drop index if exists customers_phone_key, customer_addresses_phone_key`);
    await scene.ctx.db.execute(sql`update customers set phone = ${address} where id = ${scene.customers.ayse}`);
    expect(await (await add(scene, { customerIds: [scene.customers.ayse] })).json()).toMatchObject({
      recipientCount: 1,
      excluded: [{ reason: 'duplicate-phone', count: 1 }],
    });
  });

  it('200: one long name splits the caption for all, and the removal of him joins it again', async () => {
    await using scene = await waiting({
      count: 2,
      media: ['image'],
      more: { text: `${'a'.repeat(1013)} {{ firstName }}` },
    });
    expect(await scene.campaign()).toMatchObject({ messagesPerRecipient: 1, credits: { held: 2 } });
    await scene.ctx.db.execute(sql`update customers set first_name = 'Abdurrahman' where id = ${scene.customers.ayse}`);
    expect(await (await add(scene, { customerIds: [scene.customers.ayse] })).json()).toMatchObject({
      messagesPerRecipient: 2,
      credits: { held: 6 },
    });
    expect(await (await remove(scene, { customerIds: [scene.customers.ayse] })).json()).toMatchObject({
      messagesPerRecipient: 1,
      recipientCount: 2,
      credits: { held: 2 },
    });
    expect(await scene.ledger()).toEqual([]);
  });

  it('402: changes nothing', async () => {
    await using scene = await waiting({ count: 600 });
    const groupId = await createGroupOf(scene.ctx, scene.acme, 401, endingsFrom(6000, 401));
    const before = await scene.campaign();
    const response = await add(scene, { groupIds: [groupId] });
    expect(response.status).toBe(402);
    expect(await response.json()).toMatchObject({ code: 'insufficient-credits', required: 401, available: 400 });
    expect(await scene.campaign()).toEqual(before);
    expect(await positions(scene)).toHaveLength(600);
    expect(await scene.ledger()).toEqual([]);
  });

  it('200 for all, at once: everybody is in it once and held once', async () => {
    await using scene = await waiting({ count: 2 });
    const groups = await Promise.all(
      [6000, 7000].map((first) => createGroupOf(scene.ctx, scene.acme, 5, endingsFrom(first, 5))),
    );
    const answers = await Promise.all(
      [...groups, ...groups].map((groupId) => add(scene, { groupIds: [groupId], customerIds: [scene.customers.ayse] })),
    );
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    const { recipientCount, credits } = await scene.campaign();
    expect(credits.held).toBe(recipientCount);
    expect(await positions(scene)).toEqual(Array.from({ length: recipientCount }, (_, i) => i + 1));
    expect(await scene.ledger()).toEqual([]);
  });

  it('409 campaign-not-pending: running, paused, and pending again after a part has gone out', async () => {
    await using scene = await waiting({ count: 2, more: { delay: { minSeconds: 60, maxSeconds: 60 } } });
    const asked = { customerIds: [scene.customers.ayse] };
    const refused = async () => {
      for (const change of [add, remove]) {
        const response = await change(scene, asked);
        expect([response.status, (await response.json()).code]).toEqual([409, 'campaign-not-pending']);
      }
    };
    await scene.act('pause');
    await refused();
    await scene.act('resume');
    await begin(scene);
    await refused();
    await pumpDry(scene.ctx);
    scene.clock.set('2026-03-02T19:30:00Z');
    await pumpDry(scene.ctx);
    expect(await scene.campaign()).toMatchObject({ status: 'pending', counts: { sent: 1, queued: 1 } });
    await refused();
  });

  it('400 with its path, nothing changed', async () => {
    await using scene = await waiting({ count: 1 });
    const wrong = [
      ['nobody', {}, 'body'],
      ['an empty list', { customerIds: [] }, 'body'],
      ['an unknown field', { tags: [] }, 'tags'],
      ['an unknown customer', { customerIds: ['019a0000-0000-7000-8000-00000000000f'] }, 'customerIds[0]'],
      ['an unknown segment', { segmentIds: ['019a0000-0000-7000-8000-00000000000f'] }, 'segmentIds[0]'],
      ['an unknown group', { groupIds: ['019a0000-0000-7000-8000-00000000000f'] }, 'groupIds[0]'],
    ] as const;
    for (const [, body, path] of wrong)
      for (const change of [add, remove]) {
        if (change === remove && path === 'customerIds[0]') continue;
        const response = await change(scene, body);
        expect(response.status).toBe(400);
        expect((await response.json()).errors).toEqual([expect.objectContaining({ path })]);
      }
    expect(await scene.campaign()).toMatchObject({ recipientCount: 1, credits: { held: 1 } });
  });

  it("400, 401, 404: another organization's customers, groups and campaigns", async () => {
    await using scene = await waiting({ count: 1 });
    const foreign = await createGroupOf(scene.ctx, scene.globex, 1);
    for (const change of [add, remove]) {
      expect((await change(scene, { groupIds: [foreign] })).status).toBe(400);
      expect((await change(scene, { groupIds: [foreign] }, scene.globex)).status).toBe(404);
    }
    expect((await scene.call('POST', `/v1/campaigns/${scene.id}/recipients`, {})).status).toBe(401);
    expect((await scene.campaign()).recipientCount).toBe(1);
  });
});

describe('DELETE /v1/campaigns/{id}/recipients', () => {
  it('200: takes them out and frees their credits; who is not in it is passed over; they get nothing', async () => {
    await using scene = await waiting({ count: 4 });
    const [first, second] = (await scene.recipients()) as { customerId: string; address: string }[];
    const response = await remove(scene, { customerIds: [first!.customerId, scene.customers.ayse] });
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ recipientCount: 3, counts: { queued: 3 }, credits: { held: 3 } });
    await scene.ctx.db.execute(sql`update customers set deleted_at = now() where id = ${second!.customerId}`);
    expect(await (await remove(scene, { customerIds: [second!.customerId] })).json()).toMatchObject({
      recipientCount: 2,
    });
    await begin(scene);
    expect(await pumpDry(scene.ctx)).toBe(2);
    const written = Object.keys(scene.simulator.sendCountsByNumber());
    expect(written.some((number) => first!.address.endsWith(number))).toBe(false);
    expect(await scene.ledger()).toEqual([]);
  });

  it('409 no-recipients: the last one stays, nothing changed', async () => {
    await using scene = await waiting({ count: 2 });
    const customerIds = (await scene.recipients()).map(({ customerId }: { customerId: string }) => customerId);
    const response = await remove(scene, { customerIds });
    expect([response.status, (await response.json()).code]).toEqual([409, 'no-recipients']);
    expect(await scene.campaign()).toMatchObject({ recipientCount: 2, credits: { held: 2 } });
    expect(await scene.ledger()).toEqual([]);
  });
});
