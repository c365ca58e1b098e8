import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { startCampaign } from '#src/campaigns/start-campaign.ts';
import { stage } from './scene.ts';
import { createGroupOf, endingsFrom, pumpDry, storeMedia } from './stage.ts';

type Scene = Awaited<ReturnType<typeof stage>>;
const LATER = '2026-03-02T15:00:00+03:00';

const waiting = (options: Parameters<typeof stage>[0] = {}) =>
  stage({ ...options, more: { startAt: LATER, ...options.more } });
const patch = (scene: Scene, body: object, who: Scene['acme'] = scene.acme) =>
  who.call('PATCH', `/v1/campaigns/${scene.id}`, body);

/** Everything of the campaign and its credits that a refused change must leave alone. */
const everything = async (scene: Scene) => {
  const rows = await scene.ctx.db.execute<{ all: string }>(sql`
    select jsonb_build_array((select jsonb_agg(c) from campaigns c), (select jsonb_agg(h) from credit_holds h), (select jsonb_agg(a) from credit_accounts a),
      (select jsonb_agg(r order by r.id) from campaign_recipients r), (select count(*) from activities))::text as all`);
  return rows[0]!.all;
};

async function refuses(scene: Scene, body: object, status: number, members: object): Promise<void> {
  const before = await everything(scene);
  const response = await patch(scene, body);
  expect(response.status).toBe(status);
  expect(await response.json()).toMatchObject(members);
  expect(await everything(scene)).toBe(before);
}

describe('PATCH /v1/campaigns/{id}', () => {
  it('200: text, media, name, delay and end are replaced, credits held for what it costs now, and that is what is sent', async () => {
    await using scene = await waiting({ count: 3, media: ['voice'] });
    expect(await scene.campaign()).toMatchObject({ messagesPerRecipient: 2, credits: { held: 6 } });
    const image = await storeMedia(scene.ctx, scene.acme, 'image');
    const response = await patch(scene, {
      name: 'Yaz',
      text: 'Selam {{ firstName }}',
      mediaIds: [image],
      delay: { minSeconds: 1, maxSeconds: 2 },
      validUntil: '2026-03-03T15:00:00+03:00',
    });
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      name: 'Yaz',
      text: 'Selam {{ firstName }}',
      mediaIds: [image],
      messagesPerRecipient: 1,
      recipientCount: 3,
      credits: { held: 3, spent: 0 },
      startAt: '2026-03-02T12:00:00.000Z',
      nextRunAt: '2026-03-02T12:00:00.000Z',
      validUntil: '2026-03-03T12:00:00.000Z',
    });
    expect(await scene.credits()).toMatchObject({ heldCredit: 3, availableCredit: 997 });
    scene.clock.set('2026-03-02T12:00:00Z');
    await scene.drain();
    for (let i = 0; i < 3; i++) {
      await pumpDry(scene.ctx);
      scene.clock.advance({ seconds: 2 });
    }
    expect(scene.simulator.sends().map(({ verb }) => verb)).toEqual(['sendMedia', 'sendMedia', 'sendMedia']);
    await scene.drain();
    expect(await scene.campaign()).toMatchObject({ status: 'completed', credits: { held: 0, spent: 3 } });
    expect(await scene.ledger()).toEqual([]);
  });

  it('200: media are added and removed; text null leaves media alone; each change holds the difference', async () => {
    await using scene = await waiting({ count: 2 });
    const ids = await Promise.all([0, 1].map(() => storeMedia(scene.ctx, scene.acme, 'image')));
    const steps = [
      [{ mediaIds: ids }, 3],
      [{ text: null }, 2],
      [{ mediaIds: [ids[0]] }, 1],
      [{ text: 'alt yazı' }, 1],
      [{ text: 'a'.repeat(1025) }, 2],
      [{ mediaIds: [] }, 1],
    ] as const;
    for (const [change, messages] of steps) {
      const campaign = await (await patch(scene, change)).json();
      expect(campaign).toMatchObject({ messagesPerRecipient: messages, credits: { held: 2 * messages } });
      expect(await scene.ledger()).toEqual([]);
    }
    await refuses(scene, { text: ' ' }, 400, { errors: [expect.objectContaining({ path: 'text' })] });
  });

  it('200: {} changes nothing; delay and end are taken back by null', async () => {
    await using scene = await waiting({ more: { validUntil: '2026-03-04T15:00:00+03:00' } });
    const before = await everything(scene);
    expect((await patch(scene, {})).status).toBe(200);
    expect(await everything(scene)).toBe(before);
    expect(await (await patch(scene, { validUntil: null, delay: null })).json()).toMatchObject({ validUntil: null });
  });

  it('402: leaves everything as it was, to the row', async () => {
    await using scene = await waiting({ count: 400 });
    const mediaIds = await Promise.all([0, 1].map(() => storeMedia(scene.ctx, scene.acme, 'image')));
    await refuses(scene, { name: 'Zam', mediaIds, startAt: null }, 402, {
      code: 'insufficient-credits',
      required: 800,
      available: 600,
    });
    expect(await scene.ledger()).toEqual([]);
  });

  it('402: of changes and a new campaign at once, what is held never exceeds the credits', async () => {
    await using scene = await waiting({ count: 400 });
    const mediaIds = [await storeMedia(scene.ctx, scene.acme, 'voice')];
    const groupId = await createGroupOf(scene.ctx, scene.acme, 400, endingsFrom(6000, 400));
    const other = { name: 'n', channel: 'whatsapp', text: 'x', audience: { groupIds: [groupId] }, startAt: LATER };
    const answers = await Promise.all([
      patch(scene, { mediaIds }),
      scene.acme.call('POST', '/v1/campaigns', other),
      patch(scene, { mediaIds, text: 'y' }),
    ]);
    const codes = answers.map(({ status }) => status);
    expect([
      [200, 402, 200],
      [402, 201, 402],
    ]).toContainEqual(codes);
    expect(await scene.credits()).toMatchObject({ heldCredit: 800, availableCredit: 200 });
    expect(await scene.ledger()).toEqual([]);
  });

  it('200: startAt moves the start; null is now, and it starts', async () => {
    await using scene = await waiting();
    expect(await (await patch(scene, { startAt: '2026-03-02T23:00:00+03:00' })).json()).toMatchObject({
      startAt: '2026-03-02T20:00:00.000Z',
      nextRunAt: '2026-03-03T06:00:00.000Z',
      status: 'pending',
    });
    await patch(scene, { startAt: null });
    await scene.drain();
    expect(await scene.campaign()).toMatchObject({ status: 'running', startAt: '2026-03-02T09:00:00.000Z' });
    expect(await pumpDry(scene.ctx)).toBe(3);
  });

  it('200: paused before it ever started it can be revised, stays paused and goes out as revised', async () => {
    await using scene = await waiting();
    await scene.act('pause');
    expect(await (await patch(scene, { text: 'yeni', startAt: null })).json()).toMatchObject({
      status: 'paused',
      nextRunAt: null,
      text: 'yeni',
    });
    await scene.drain();
    expect(await pumpDry(scene.ctx)).toBe(0);
    await scene.act('resume');
    await scene.drain();
    expect(await pumpDry(scene.ctx)).toBe(3);
    expect(new Set(scene.simulator.sends().map(({ text }) => text))).toEqual(new Set(['yeni']));
  });

  it('409 campaign-not-pending: running, paused after its start, completed, cancelled', async () => {
    await using scene = await stage({ count: 2 });
    for (const act of [null, 'pause', 'cancel']) {
      if (act) await scene.act(act);
      const { status } = await scene.campaign();
      for (const body of [{ name: 'x' }, { text: 'x' }, { startAt: LATER }, {}])
        await refuses(scene, body, 409, { code: 'campaign-not-pending', status: 409, campaignStatus: status });
    }
    await using done = await stage({ count: 1 });
    await pumpDry(done.ctx);
    await done.drain();
    await refuses(done, { text: 'x' }, 409, { code: 'campaign-not-pending', status: 409, campaignStatus: 'completed' });
  });

  it('409: content of a campaign that has sent a part and waits for the window; its name, start and end may change', async () => {
    await using scene = await stage({
      count: 3,
      now: '2026-03-02T18:50:00Z',
      more: { delay: { minSeconds: 300, maxSeconds: 300 } },
    });
    await pumpDry(scene.ctx);
    scene.clock.set('2026-03-02T19:05:00Z');
    await pumpDry(scene.ctx);
    expect(await scene.campaign()).toMatchObject({ status: 'pending', counts: { sent: 1, queued: 2 } });
    const detail = expect.stringContaining('Part of it has gone out');
    for (const body of [{ text: 'x' }, { mediaIds: [] }, { name: 'x', text: null }])
      await refuses(scene, body, 409, { code: 'campaign-not-pending', detail });
    const changed = await patch(scene, {
      name: 'Yarın',
      startAt: '2026-03-04T10:00:00+03:00',
      validUntil: '2026-03-04T21:00:00+03:00',
    });
    expect(await changed.json()).toMatchObject({ name: 'Yarın', nextRunAt: '2026-03-04T07:00:00.000Z' });
    scene.clock.set('2026-03-03T07:00:00Z');
    await scene.drain();
    expect(await scene.campaign()).toMatchObject({ status: 'pending' });
    scene.clock.set('2026-03-04T07:00:00Z');
    await scene.drain();
    expect(await pumpDry(scene.ctx)).toBe(1);
    expect(await scene.ledger()).toEqual([]);
  });

  it('400 with its path, nothing changed', async () => {
    await using scene = await waiting({ count: 1 });
    const wrong = [
      ['an unknown field', { status: 'running' }, 'status'],
      ['another channel', { channel: 'email' }, 'channel'],
      ['an empty name', { name: ' ' }, 'name'],
      ['an unknown variable', { text: '{{ surname }}' }, 'text'],
      ['a text too long', { text: 'a'.repeat(4097) }, 'text'],
      ['no text and no media', { text: null }, 'text'],
      ['a file that is not there', { mediaIds: ['019a0000-0000-7000-8000-00000000000f'] }, 'mediaIds[0]'],
      ['a start without an offset', { startAt: '2026-03-02T10:00:00' }, 'startAt'],
      ['a start over a year ahead', { startAt: '2028-03-02T10:00:00Z' }, 'startAt'],
      ['an end before the start', { validUntil: '2026-03-02T14:00:00+03:00' }, 'validUntil'],
      [
        'an end before the first opening',
        { startAt: '2026-03-02T23:00:00+03:00', validUntil: '2026-03-03T08:00:00+03:00' },
        'validUntil',
      ],
      ['min above max', { delay: { minSeconds: 5, maxSeconds: 1 } }, 'delay.maxSeconds'],
    ] as const;
    for (const [, body, path] of wrong)
      await refuses(scene, body, 400, { errors: [expect.objectContaining({ path })] });
  });

  it("400: a start after the end it has; another organization's file", async () => {
    await using scene = await waiting({ count: 1, more: { validUntil: '2026-03-03T15:00:00+03:00' } });
    await refuses(scene, { startAt: '2026-03-03T16:00:00+03:00' }, 400, {
      errors: [expect.objectContaining({ path: 'validUntil' })],
    });
    const foreign = await storeMedia(scene.ctx, scene.globex, 'image');
    await refuses(scene, { mediaIds: [foreign] }, 400, { errors: [expect.objectContaining({ path: 'mediaIds[0]' })] });
  });

  it("401, 404: nobody else's", async () => {
    await using scene = await waiting({ count: 1 });
    expect((await patch(scene, { name: 'x' }, scene.globex)).status).toBe(404);
    expect((await scene.call('PATCH', `/v1/campaigns/${scene.id}`, { name: 'x' })).status).toBe(401);
    expect(await scene.campaign()).toMatchObject({ name: 'Bahar' });
  });

  it('F25: a change and the start at once: one comes first, and what is sent is what the change was answered', async () => {
    for (let round = 0; round < 6; round++) {
      await using scene = await waiting({ count: 2 });
      scene.clock.set('2026-03-02T12:00:00Z');
      const [answer] = await Promise.all([
        patch(scene, { text: 'yeni', mediaIds: [] }),
        startCampaign(scene.ctx, scene.id),
        startCampaign(scene.ctx, scene.id),
      ]);
      await scene.drain();
      await pumpDry(scene.ctx);
      await scene.drain();
      const expected = answer.status === 200 ? ['yeni', 'yeni'] : ['Merhaba Müşteri1', 'Merhaba Müşteri2'];
      expect([200, 409]).toContain(answer.status);
      expect(scene.simulator.sends().map(({ text }) => text)).toEqual(expected);
      expect(await scene.ledger()).toEqual([]);
    }
  });
});
