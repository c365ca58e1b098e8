import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { createWorld, type World } from '#test/support/world.ts';
import { createGroupOf, openInstance, storeMedia } from './stage.ts';

const body = (more: object = {}) => ({
  name: 'Bahar',
  channel: 'whatsapp',
  text: 'Merhaba {{ firstName }}',
  startAt: null,
  ...more,
});

async function count(world: World, table: 'campaigns' | 'campaign_recipients' | 'credit_holds'): Promise<number> {
  const [row] = await world.ctx.db.execute<{ count: string }>(sql`select count(*) from ${sql.identifier(table)}`);
  return Number(row!.count);
}

describe('POST /v1/campaigns', () => {
  it('201: freezes recipients once each, holds their credits and counts the excluded by reason', async () => {
    await using world = await createWorld();
    await openInstance(world.ctx, world.acme);
    const { ayse, burak, ceren } = world.customers;
    const groupId = await createGroupOf(world.ctx, world.acme, 3);
    const response = await world.acme.call(
      'POST',
      '/v1/campaigns',
      body({ audience: { customerIds: [ayse, burak, ceren, ayse], groupIds: [groupId] } }),
    );
    expect(response.status).toBe(201);
    const campaign = await response.json();
    expect(campaign).toMatchObject({
      status: 'pending',
      recipientCount: 5,
      messagesPerRecipient: 1,
      counts: { queued: 5, sent: 0 },
      credits: { held: 5, spent: 0 },
      excluded: [{ reason: 'blacklisted', count: 1 }],
      progress: 0,
    });
    const credits = await (await world.acme.call('GET', '/v1/credits')).json();
    expect(credits).toMatchObject({ currentCredit: 1000, heldCredit: 5, availableCredit: 995 });
  });

  it.each([
    ['image + text', ['image'], 'kısa', 1],
    ['image + text of 1025', ['image'], 'a'.repeat(1025), 2],
    ['two images + text', ['image', 'image'], 'kısa', 3],
    ['voice + text', ['voice'], 'kısa', 2],
    ['pdf + text', ['document'], 'kısa', 1],
  ] as const)('201: %s cost what the quote said', async (_, kinds, text, messages) => {
    await using world = await createWorld();
    await openInstance(world.ctx, world.acme);
    const mediaIds = await Promise.all(kinds.map((kind) => storeMedia(world.ctx, world.acme, kind)));
    const input = body({ text, mediaIds, audience: { customerIds: [world.customers.ayse, world.customers.burak] } });
    const quote = await (await world.acme.call('POST', '/v1/campaigns/quote', input)).json();
    const campaign = await (await world.acme.call('POST', '/v1/campaigns', input)).json();
    expect(quote).toMatchObject({
      recipientCount: 2,
      messagesPerRecipient: messages,
      creditsRequired: 2 * messages,
      creditsAvailable: 1000,
    });
    expect(campaign).toMatchObject({ messagesPerRecipient: messages, credits: { held: 2 * messages } });
  });

  it('201: a caption that one long name pushes over the limit becomes a message of its own, for all', async () => {
    await using world = await createWorld();
    await openInstance(world.ctx, world.acme);
    const mediaIds = [await storeMedia(world.ctx, world.acme, 'image')];
    const input = body({
      text: `${'a'.repeat(1018)} {{ firstName }}`,
      mediaIds,
      audience: { customerIds: [world.customers.ayse] },
    });
    expect(await (await world.acme.call('POST', '/v1/campaigns/quote', input)).json()).toMatchObject({
      messagesPerRecipient: 1,
    });
    await world.ctx.db.execute(sql`update customers set first_name = 'Ayşegül' where id = ${world.customers.ayse}`);
    const quote = await (await world.acme.call('POST', '/v1/campaigns/quote', input)).json();
    expect(quote).toMatchObject({
      messagesPerRecipient: 2,
      warnings: expect.arrayContaining([expect.objectContaining({ code: 'caption-too-long' })]),
    });
  });

  it('402: leaves the campaign unsaved and holds nothing', async () => {
    await using world = await createWorld();
    await openInstance(world.ctx, world.acme);
    const groupId = await createGroupOf(world.ctx, world.acme, 1001);
    const response = await world.acme.call('POST', '/v1/campaigns', body({ audience: { groupIds: [groupId] } }));
    expect(response.status).toBe(402);
    expect(await response.json()).toMatchObject({ code: 'insufficient-credits', required: 1001, available: 1000 });
    expect(await count(world, 'campaigns')).toBe(0);
    expect(await count(world, 'campaign_recipients')).toBe(0);
    expect(await count(world, 'credit_holds')).toBe(0);
  });

  it('402: of 40 parallel campaigns of 50 credits exactly the 20 that fit are saved', async () => {
    await using world = await createWorld();
    await openInstance(world.ctx, world.acme);
    const groupId = await createGroupOf(world.ctx, world.acme, 50);
    const answers = await Promise.all(
      Array.from({ length: 40 }, () =>
        world.acme.call('POST', '/v1/campaigns', body({ audience: { groupIds: [groupId] } })),
      ),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(20);
    expect(answers.filter(({ status }) => status === 402)).toHaveLength(20);
    expect(await count(world, 'campaigns')).toBe(20);
    expect(await (await world.acme.call('GET', '/v1/credits')).json()).toMatchObject({
      heldCredit: 1000,
      availableCredit: 0,
    });
  });

  it('409: nobody left to write to, nothing saved', async () => {
    await using world = await createWorld();
    await openInstance(world.ctx, world.acme);
    const response = await world.acme.call(
      'POST',
      '/v1/campaigns',
      body({ audience: { customerIds: [world.customers.ceren] } }),
    );
    expect(response.status).toBe(409);
    expect(await response.json()).toMatchObject({
      code: 'no-recipients',
      excluded: [{ reason: 'blacklisted', count: 1 }],
    });
    expect(await count(world, 'campaigns')).toBe(0);
  });

  it('409: without a WhatsApp connection', async () => {
    await using world = await createWorld();
    const response = await world.acme.call(
      'POST',
      '/v1/campaigns',
      body({ audience: { customerIds: [world.customers.ayse] } }),
    );
    expect(response.status).toBe(409);
    expect(await response.json()).toMatchObject({ code: 'instance-not-open' });
  });

  it("400: another organization's customers, groups, media and connection do not exist", async () => {
    await using world = await createWorld();
    await openInstance(world.ctx, world.globex);
    const foreignInstance = await openInstance(world.ctx, world.acme);
    const mine = await createGroupOf(world.ctx, world.globex, 1);
    const foreign = [
      [{ audience: { customerIds: [world.customers.ayse] } }, 'audience.customerIds[0]'],
      [{ audience: { groupIds: [mine, await createGroupOf(world.ctx, world.acme, 1)] } }, 'audience.groupIds[1]'],
      [{ audience: { groupIds: [mine] }, mediaIds: [await storeMedia(world.ctx, world.acme, 'image')] }, 'mediaIds[0]'],
      [{ audience: { groupIds: [mine] }, instanceId: foreignInstance }, 'instanceId'],
    ] as const;
    for (const [input, path] of foreign) {
      const response = await world.globex.call('POST', '/v1/campaigns', body(input));
      expect(response.status).toBe(400);
      expect((await response.json()).errors).toEqual([expect.objectContaining({ path })]);
    }
  });

  it.each([
    ['an unknown field', { credits: 5 }, 'credits'],
    ['an unknown variable', { text: 'Merhaba {{ surname }}' }, 'text'],
    ['a time without an offset', { startAt: '2026-03-02T10:00:00' }, 'startAt'],
    ['neither text nor media', { text: '  ' }, 'text'],
    ['a text over 4,096', { text: 'a'.repeat(4097) }, 'text'],
    ['min above max', { delay: { minSeconds: 5, maxSeconds: 1 } }, 'delay.maxSeconds'],
    ['an empty audience', { audience: {} }, 'audience'],
    ['a name of blanks', { name: '   ' }, 'name'],
    ['a NUL byte', { name: 'a\u0000b' }, 'name'],
  ])('400 with its path: %s', async (_, wrong, path) => {
    await using world = await createWorld();
    await openInstance(world.ctx, world.acme);
    const response = await world.acme.call(
      'POST',
      '/v1/campaigns',
      body({ audience: { customerIds: [world.customers.ayse] }, ...wrong }),
    );
    expect(response.status).toBe(400);
    expect((await response.json()).errors.map((error: { path: string }) => error.path)).toContain(path);
    expect(await count(world, 'campaigns')).toBe(0);
  });

  it('F25: 201 twice with one Idempotency-Key: one campaign, one hold', async () => {
    await using world = await createWorld();
    await openInstance(world.ctx, world.acme);
    const input = body({ audience: { customerIds: [world.customers.ayse] } });
    const first = await world.acme.call('POST', '/v1/campaigns', input, { 'idempotency-key': 'k1' });
    const again = await world.acme.call('POST', '/v1/campaigns', input, { 'idempotency-key': 'k1' });
    expect((await again.json()).id).toBe((await first.json()).id);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(await count(world, 'campaigns')).toBe(1);
  });

  it('401, 404: nobody else gets to see it', async () => {
    await using world = await createWorld();
    await openInstance(world.ctx, world.acme);
    const { id } = await (
      await world.acme.call('POST', '/v1/campaigns', body({ audience: { customerIds: [world.customers.ayse] } }))
    ).json();
    expect((await world.call('POST', '/v1/campaigns', body())).status).toBe(401);
    for (const path of [`/v1/campaigns/${id}`, `/v1/campaigns/${id}/recipients`]) {
      expect((await world.call('GET', path)).status).toBe(401);
      expect((await world.globex.call('GET', path)).status).toBe(404);
    }
    for (const action of ['pause', 'resume', 'cancel'])
      expect((await world.globex.call('POST', `/v1/campaigns/${id}/${action}`)).status).toBe(404);
    expect((await (await world.globex.call('GET', '/v1/campaigns')).json()).data).toEqual([]);
  });
});

describe('POST /v1/campaigns/quote', () => {
  it('200: warns, and saves and holds nothing', async () => {
    await using world = await createWorld({ now: '2026-03-02T20:00:00Z' });
    await openInstance(world.ctx, world.acme);
    const groupId = await createGroupOf(world.ctx, world.acme, 1001);
    const quote = await (
      await world.acme.call('POST', '/v1/campaigns/quote', body({ audience: { groupIds: [groupId] } }))
    ).json();
    expect(quote).toMatchObject({
      creditsRequired: 1001,
      creditsAvailable: 1000,
      startsAt: '2026-03-03T06:00:00.000Z',
    });
    expect(quote.warnings.map(({ code }: { code: string }) => code)).toEqual([
      'insufficient-credits',
      'outside-sending-window',
    ]);
    expect(await count(world, 'campaigns')).toBe(0);
  });
});
