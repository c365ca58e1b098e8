import { sql } from 'drizzle-orm';
import { afterAll, describe, expect, it } from 'vitest';
import { conversations } from '#src/db/schema/conversations.ts';
import { newId } from '#src/platform/ids.ts';
import { pumpDry, storeMedia } from '#test/campaigns/stage.ts';
import type { Member } from '#test/support/cast.ts';
import { AYSE, BURAK, chat } from './chat-scene.ts';

const scene = await chat();
afterAll(() => scene[Symbol.asyncDispose]());
const { acme, globex, ctx, clean, consultant, ayseSays } = scene;
const list = async (query: string, member: Member = acme) => {
  const response = await member.call('GET', `/v1/conversations${query}`);
  if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`);
  return response.json();
};
const idsOf = async (query: string, member?: Member): Promise<string[]> =>
  (await list(query, member)).data.map(({ id }: { id: string }) => id);

describe('GET /v1/conversations', () => {
  it('200: each with whom it is, what was said last, unread, assignee', async () => {
    await clean();
    await ayseSays('Merhaba');
    const { conversationId } = await ayseSays('Fiyat nedir?', 1);
    const { data } = await list('');
    expect(data).toMatchObject([
      {
        id: conversationId,
        instanceId: scene.instanceId,
        customer: { firstName: 'Ayşe' },
        phone: AYSE,
        status: 'open',
        assigneeId: null,
        unreadCount: 2,
        lastMessage: { kind: 'text', text: 'Fiyat nedir?', direction: 'in', status: 'received' },
      },
    ]);
    expect(await idsOf('', globex)).toEqual([]);
    expect((await globex.call('GET', `/v1/conversations/${conversationId}`)).status).toBe(404);
  });

  it('200: filters by status, assignee, unread, number, customer', async () => {
    await clean();
    const ayse = (await ayseSays('a')).conversationId;
    const burak = (await scene.hear(BURAK, 'b')).conversationId;
    await acme.call('POST', `/v1/conversations/${ayse}/read`);
    await acme.call('PATCH', `/v1/conversations/${burak}`, { status: 'closed', assigneeId: acme.userId });
    expect(await idsOf('?status=open')).toEqual([ayse]);
    expect(await idsOf('?status=closed')).toEqual([burak]);
    expect(await idsOf('?assigneeId=me')).toEqual([burak]);
    expect(await idsOf('?assigneeId=none')).toEqual([ayse]);
    expect(await idsOf(`?assigneeId=${acme.userId}`)).toEqual([burak]);
    expect(await idsOf('?unread=true')).toEqual([burak]);
    expect(await idsOf(`?instanceId=${newId()}`)).toEqual([]);
    expect((await idsOf(`?instanceId=${scene.instanceId}`)).sort()).toEqual([ayse, burak].sort());
    expect(await idsOf(`?customerId=${scene.customers.ayse}`)).toEqual([ayse]);
    expect((await acme.call('GET', '/v1/conversations?assigneeId=you')).status).toBe(400);
  });

  it('200: pages that hold while others write: nothing twice, nothing of the old left out', async () => {
    await clean();
    const at = scene.clock.now();
    const many = Array.from({ length: 25 }, (_, i) => ({
      id: newId(),
      organizationId: acme.organizationId,
      instanceId: scene.instanceId,
      phone: `+9053500000${String(i).padStart(2, '0')}`,
      // ten at the same instant
      lastMessageAt: new Date(at.getTime() - (i < 10 ? 0 : i) * 1000),
    }));
    await ctx.db.insert(conversations).values(many);
    const seen: string[] = [];
    for (let cursor = ''; ; ) {
      const page = await list(`?limit=7${cursor}`);
      seen.push(...page.data.map(({ id }: { id: string }) => id));
      if (!page.nextCursor) break;
      cursor = `&cursor=${page.nextCursor}`;
      await ayseSays('araya giren', 1);
    }
    expect(seen).toHaveLength(25);
    expect(new Set(seen)).toEqual(new Set(many.map(({ id }) => id)));
    expect((await acme.call('GET', '/v1/conversations?cursor=x')).status).toBe(400);
  });

  it('200: a consultant sees those of his own number and those that are his, and no others', async () => {
    await clean();
    const [colleague, stranger] = [await consultant(), await consultant()];
    const { conversationId, messageId } = await ayseSays('kime?');
    await scene.hear(BURAK, 'bana değil');
    expect(await idsOf('', colleague)).toEqual([]);
    expect((await colleague.call('GET', `/v1/messages/${messageId}`)).status).toBe(404);
    await acme.call('PATCH', `/v1/conversations/${conversationId}`, { assigneeId: colleague.userId });
    expect(await idsOf('', colleague)).toEqual([conversationId]);
    expect(await idsOf('', stranger)).toEqual([]);
    for (const path of ['', '/messages', '/notes'])
      expect((await stranger.call('GET', `/v1/conversations/${conversationId}${path}`)).status).toBe(404);
    expect((await colleague.call('GET', `/v1/messages/${messageId}`)).status).toBe(200);
    await ctx.db.execute(sql`update instances set user_id = ${stranger.userId} where id = ${scene.instanceId}`);
    expect(await idsOf('', stranger)).toHaveLength(2);
    expect(await idsOf('', colleague)).toEqual([conversationId]);
    await ctx.db.execute(sql`update instances set user_id = ${acme.userId} where id = ${scene.instanceId}`);
  });
});

describe('GET /v1/conversations/{id}/messages', () => {
  it('200: newest first, with what campaigns sent, page by page', async () => {
    await clean();
    const asked = {
      name: 'Bahar',
      channel: 'whatsapp',
      text: 'Kampanya',
      audience: { customerIds: [scene.customers.ayse] },
      startAt: null,
    };
    await acme.call('POST', '/v1/campaigns', asked);
    await scene.drain();
    await pumpDry(ctx);
    const { conversationId } = await ayseSays('Bu nedir?', 1);
    scene.clock.advance({ minutes: 2 });
    await acme.call('POST', `/v1/conversations/${conversationId}/messages`, { text: 'Yüzde yirmi indirim' });
    const seen = [];
    for (let cursor = ''; ; ) {
      const page = await (
        await acme.call('GET', `/v1/conversations/${conversationId}/messages?limit=1${cursor}`)
      ).json();
      seen.push(...page.data);
      if (!page.nextCursor) break;
      cursor = `&cursor=${page.nextCursor}`;
    }
    expect(seen).toMatchObject([
      { text: 'Yüzde yirmi indirim', direction: 'out', status: 'queued', campaignId: null, sentBy: { name: 'acme' } },
      { text: 'Bu nedir?', direction: 'in', sentBy: null },
      { text: 'Kampanya', direction: 'out', campaignId: expect.any(String) },
    ]);
    expect((await globex.call('GET', `/v1/conversations/${conversationId}/messages`)).status).toBe(404);
    await pumpDry(ctx);
  });

  it('201: a quoted reply shows what it answers, on the wire too; with a picture as well', async () => {
    await clean();
    const { conversationId, messageId, providerMessageId } = await ayseSays('Hangisi?');
    const answer = (body: object) => acme.call('POST', `/v1/conversations/${conversationId}/messages`, body);
    expect(await (await answer({ text: 'Bu', quotedMessageId: messageId })).json()).toMatchObject({
      messages: [{ text: 'Bu', quoted: { id: messageId, text: 'Hangisi?', direction: 'in' } }],
    });
    expect((await answer({ text: 'x', quotedMessageId: newId() })).status).toBe(400);
    const other = await scene.hear(BURAK, 'başka');
    expect((await answer({ text: 'x', quotedMessageId: other.messageId })).status).toBe(400);
    await pumpDry(ctx);
    const [mine] = await scene.messages(conversationId);
    expect(mine).toMatchObject({ status: 'sent', quoted: { text: 'Hangisi?' } });
    // the simulator does not know the inbound message, so it drops the quote as Evolution does; our own it knows
    expect((await answer({ text: 'Ek', quotedMessageId: mine.id })).status).toBe(201);
    await pumpDry(ctx);
    const sends = scene.simulator.sends();
    expect(sends.at(-1)).toMatchObject({ text: 'Ek', refersTo: sends.at(-2)!.keyId });
    const picture = await storeMedia(ctx, acme, 'image');
    expect((await answer({ text: 'Resmi', mediaIds: [picture], quotedMessageId: mine.id })).status).toBe(201);
    await pumpDry(ctx);
    expect(scene.simulator.sends().at(-1)).toMatchObject({
      verb: 'sendMedia',
      text: 'Resmi',
      media: { mimetype: 'image/png' },
      refersTo: sends.at(-2)!.keyId,
    });
    const voice = await storeMedia(ctx, acme, 'voice');
    expect((await answer({ mediaIds: [voice], quotedMessageId: mine.id })).status).toBe(400);
    expect(providerMessageId).not.toBe(sends.at(-2)!.keyId);
  });

  it('201: a reaction is free, stands with its message, is changed and taken back', async () => {
    await clean();
    const { conversationId, messageId, providerMessageId } = await ayseSays('Geldim');
    const before = await scene.credits();
    const react = (emoji: string, id = messageId) =>
      acme.call('POST', `/v1/conversations/${conversationId}/messages`, { reaction: { messageId: id, emoji } });
    await scene.hear(AYSE, '❤️', { kind: 'reaction', inReplyTo: providerMessageId, content: { emoji: '❤️' } });
    expect((await react('👍')).status).toBe(201);
    await pumpDry(ctx);
    expect(scene.simulator.sends().at(-1)).toMatchObject({
      verb: 'sendReaction',
      emoji: '👍',
      refersTo: providerMessageId,
    });
    const shown = async () =>
      (await scene.messages(conversationId)).map(({ reactions }: { reactions: object[] }) => reactions);
    expect(await shown()).toMatchObject([
      [
        { emoji: '❤️', direction: 'in' },
        { emoji: '👍', direction: 'out' },
      ],
    ]);
    await react('👨‍👩‍👧');
    expect(await shown()).toMatchObject([[{ emoji: '❤️' }, { emoji: '👨‍👩‍👧' }]]);
    await react('');
    expect(await shown()).toMatchObject([[{ emoji: '❤️', direction: 'in' }]]);
    await pumpDry(ctx);
    expect(await scene.credits()).toEqual(before);
    for (const emoji of ['👍👍', 'a', '1', 'merhaba']) expect((await react(emoji)).status, emoji).toBe(400);
    expect((await react('👍', newId())).status).toBe(400);
    const both = await acme.call('POST', `/v1/conversations/${conversationId}/messages`, {
      text: 'x',
      reaction: { messageId, emoji: '👍' },
    });
    expect(both.status).toBe(400);
    expect(await list('')).toMatchObject({ data: [{ lastMessage: { text: 'Geldim' } }] });
  });

  it('201: an answer opens a closed conversation, and goes to the customer’s new phone; what waited for the old one does not leave', async () => {
    await clean();
    const { conversationId } = await ayseSays('Alo');
    const waiting = (await scene.written({ phone: AYSE, text: 'Eski numaraya' })).messages[0]!.id;
    await acme.call('PATCH', `/v1/conversations/${conversationId}`, { status: 'closed' });
    await acme.call('PATCH', `/v1/customers/${scene.customers.ayse}`, { phone: '0532 111 99 99' });
    const answer = await acme.call('POST', `/v1/conversations/${conversationId}/messages`, { text: 'Buyurun' });
    expect(answer.status).toBe(201);
    expect(await pumpDry(ctx)).toBe(1);
    expect(scene.simulator.sends().at(-1)).toMatchObject({ number: '905321119999', text: 'Buyurun' });
    expect(await scene.row(waiting)).toMatchObject({ status: 'cancelled', statusReason: 'phone-changed' });
    expect((await list('')).data).toMatchObject([{ id: conversationId, status: 'open' }]);
    expect((await scene.credits()).heldCredit).toBe(0);
    await acme.call('PATCH', `/v1/customers/${scene.customers.ayse}`, { phone: AYSE });
  });

  it('201: a hidden number is answered under its LID', async () => {
    await clean();
    const { conversationId } = await ayseSays('Gizli');
    await ctx.db.execute(
      sql`update conversations set phone = null, lid = '77889900112233', customer_id = null where id = ${conversationId}`,
    );
    await acme.call('POST', `/v1/conversations/${conversationId}/messages`, { text: 'Merhaba' });
    await pumpDry(ctx);
    expect(scene.simulator.sends().at(-1)).toMatchObject({ jid: '77889900112233@lid', text: 'Merhaba' });
  });
});
