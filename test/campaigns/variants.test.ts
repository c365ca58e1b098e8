import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { createWorld } from '#test/support/world.ts';
import { claimNextMessage } from './claim-next-message.ts';
import { stage } from './scene.ts';
import { createGroupOf, openInstance, pumpDry, storeMedia } from './stage.ts';

const variants = [{ text: 'A {{ firstName }}' }, { text: 'B {{ firstName }}' }, { text: 'C {{ firstName }}' }];

describe('a campaign with variants', () => {
  it('gives each recipient one of them, counts them apart, and each about as often', async () => {
    await using scene = await stage({ count: 30, more: { text: undefined, variants } });
    await pumpDry(scene.ctx);
    await scene.drain();
    const campaign = await scene.campaign();
    expect(campaign).toMatchObject({ status: 'completed', text: null });
    const sent = scene.simulator.sends().map(({ text }) => text![0]);
    const total = (counts: Record<string, number>) => Object.values(counts).reduce((sum, count) => sum + count, 0);
    for (const [index, letter] of ['A', 'B', 'C'].entries()) {
      const { text, counts } = campaign.variants[index];
      expect(text).toBe(variants[index]!.text);
      expect(total(counts)).toBe(sent.filter((first) => first === letter).length);
      expect(total(counts)).toBeGreaterThan(2);
    }
    const listed = await (await scene.acme.call('GET', '/v1/campaigns')).json();
    expect(listed.data[0].variants[0]).toEqual({ index: 0, text: variants[0]!.text, counts: null });
  });

  it('says the same when a message is claimed again: alternatives and variant are frozen', async () => {
    await using scene = await stage({
      count: 1,
      more: { text: undefined, variants: [{ text: '{a|b|c|d|e} {f|g|h}' }, { text: '{i|j|k|l|m} {n|o|p}' }] },
    });
    const first = await claimNextMessage(scene.ctx);
    scene.clock.advance({ seconds: 91 });
    const again = await claimNextMessage(scene.ctx);
    expect((again as { body: string }).body).toBe((first as { body: string }).body);
    expect((first as { body: string }).body).toMatch(/^[a-m] [f-p]$/);
  });

  it('is planned for its longest: one alternative above the caption’s limit makes two messages', async () => {
    await using world = await createWorld();
    await openInstance(world.ctx, world.acme);
    const media = [await storeMedia(world.ctx, world.acme, 'image')];
    const groupId = await createGroupOf(world.ctx, world.acme, 3);
    const body = { name: 'n', channel: 'whatsapp', audience: { groupIds: [groupId] }, mediaIds: media, startAt: null };
    const quote = async (more: object) =>
      (await world.acme.call('POST', '/v1/campaigns/quote', { ...body, ...more })).json();
    expect(await quote({ text: `{kısa|${'x'.repeat(1024)}}` })).toMatchObject({ messagesPerRecipient: 1 });
    expect(await quote({ text: `{kısa|${'x'.repeat(1025)}}` })).toMatchObject({
      messagesPerRecipient: 2,
      creditsRequired: 6,
    });
    expect(await quote({ variants: [{ text: 'kısa' }, { text: 'x'.repeat(1025) }] })).toMatchObject({
      messagesPerRecipient: 2,
    });
    const tooLong = await world.acme.call('POST', '/v1/campaigns', { ...body, text: `{a|${'x'.repeat(4097)}}` });
    expect(tooLong.status).toBe(400);
  });

  it('can be revised while it waits: variants for a text, a text for variants', async () => {
    await using scene = await stage({ count: 2, more: { startAt: '2026-03-04T12:00:00+03:00' } });
    const patch = (body: object) => scene.acme.call('PATCH', `/v1/campaigns/${scene.id}`, body);
    expect(await (await patch({ variants })).json()).toMatchObject({
      text: null,
      variants: [{ index: 0 }, { index: 1 }, { index: 2 }],
    });
    expect(await (await patch({ name: 'Yaz' })).json()).toMatchObject({ text: null, variants: [{}, {}, {}] });
    expect(await (await patch({ text: 'Tek' })).json()).toMatchObject({ text: 'Tek', variants: null });
  });

  it.each([
    ['variants', { variants: [{ text: 'a' }] }],
    ['variants', { variants: Array(6).fill({ text: 'a' }) }],
    ['variants', { text: 'a', variants: [{ text: 'a' }, { text: 'b' }] }],
    ['variants[1].text', { variants: [{ text: 'a' }, { text: ' ' }] }],
    ['variants[1].text', { variants: [{ text: 'a' }, { text: '{{ nobody }}' }] }],
    ['text', { text: '{Merhaba|Selam' }],
    ['text', { text: '{firstName}' }],
  ])('400 at %s: %j, and nothing is saved', async (path, more) => {
    await using world = await createWorld();
    await openInstance(world.ctx, world.acme);
    const body = {
      name: 'n',
      channel: 'whatsapp',
      audience: { customerIds: [world.customers.ayse] },
      startAt: null,
      ...more,
    };
    const response = await world.acme.call('POST', '/v1/campaigns', body, { 'accept-language': 'tr' });
    expect(response.status).toBe(400);
    expect((await response.json()).errors.map((error: { path: string }) => error.path)).toContain(path);
    const [row] = await world.ctx.db.execute<{ count: number }>(sql`select count(*)::int as count from campaigns`);
    expect(row!.count).toBe(0);
  });
});
