import { sql } from 'drizzle-orm';
import { afterAll, describe, expect, it } from 'vitest';
import { newId } from '#src/platform/ids.ts';
import { storeMedia } from '#test/campaigns/stage.ts';
import { sabotage } from '#test/support/sabotage.ts';
import { greeting, letter } from '#test/templates/library.ts';
import { AYSE, BURAK, type ChatScene, chat } from './chat-scene.ts';

const scene = await chat();
afterAll(() => scene[Symbol.asyncDispose]());
const { acme, globex, customers } = scene;

const code = async (response: { json(): Promise<{ code: string }> }) => (await response.json()).code;
const countMessages = async ({ ctx }: ChatScene = scene) =>
  Number((await ctx.db.execute<{ count: string }>(sql`select count(*) as count from messages`))[0]!.count);

describe('POST /v1/messages', () => {
  it('201: holds one credit, sends, spends it once, with a line in the statement', async () => {
    const before = await scene.credits();
    const { conversationId, messages } = await scene.written({ customerId: customers.ayse, text: 'Merhaba Ayşe' });
    expect(messages).toMatchObject([
      { kind: 'text', text: 'Merhaba Ayşe', status: 'queued', conversationId, sentBy: { id: acme.userId } },
    ]);
    expect((await scene.credits()).heldCredit).toBe(before.heldCredit + 1);
    expect(await scene.pump()).toBe(1);
    const [message] = messages as [{ id: string }];
    expect(await (await acme.call('GET', `/v1/messages/${message.id}`)).json()).toMatchObject({ status: 'sent' });
    expect(scene.simulator.sends().at(-1)).toMatchObject({ number: AYSE.slice(1), text: 'Merhaba Ayşe' });
    const after = await scene.credits();
    expect(after).toMatchObject({
      heldCredit: before.heldCredit,
      currentCredit: before.currentCredit - 1,
      totalSpend: before.totalSpend + 1,
    });
    expect((await scene.lines())[0]).toMatchObject({ type: 'message', amount: -1, messageId: message.id });
    for (const status of ['SERVER_ACK', 'DELIVERY_ACK', 'READ'] as const) await scene.ack(message.id, status);
    expect(await scene.row(message.id)).toMatchObject({ status: 'read' });
    expect(await scene.ledger()).toEqual([]);
  });

  it('201: words are as they are: braces are not filled in, Turkish letters stay', async () => {
    await scene.written({ phone: '0532 111 00 01', text: 'İĞÜŞÖÇ ığüşöç {{ firstName }} 🎉' });
    await scene.pump();
    expect(scene.simulator.sends().at(-1)).toMatchObject({ text: 'İĞÜŞÖÇ ığüşöç {{ firstName }} 🎉' });
  });

  it('201: a customer and his phone are one conversation; an unknown phone begins one without customer', async () => {
    const one = await scene.written({ customerId: customers.burak, text: '1' });
    const same = await scene.written({ phone: '0532 111 00 02', text: '2' });
    expect(same.conversationId).toBe(one.conversationId);
    const { conversationId } = await scene.written({ phone: '+90 533 999 88 77', text: '3' });
    const conversation = await (await acme.call('GET', `/v1/conversations/${conversationId}`)).json();
    expect(conversation).toMatchObject({ customer: null, phone: '+905339998877', lastMessage: { text: '3' } });
    await scene.pump();
  });

  it('201: files first and the words last, each one credit; a file with words that fit is one', async () => {
    const [picture, voice] = [await storeMedia(scene.ctx, acme, 'image'), await storeMedia(scene.ctx, acme, 'voice')];
    const captioned = await scene.written({ phone: BURAK, text: 'Fiyat listesi', mediaIds: [picture] });
    expect(captioned.messages).toMatchObject([{ kind: 'image', text: 'Fiyat listesi', media: { id: picture } }]);
    const both = await scene.written({ phone: BURAK, text: 'Ses', mediaIds: [picture, voice] });
    expect(both.messages).toMatchObject([{ kind: 'image' }, { kind: 'voice' }, { kind: 'text' }]);
    await scene.pump();
    const verbs = scene.simulator.sends().map(({ verb }) => verb);
    expect(verbs.slice(-4)).toEqual(['sendMedia', 'sendMedia', 'sendWhatsAppAudio', 'sendText']);
    expect(await scene.ledger()).toEqual([]);
  });

  it('201: a template with one click, filled in for the customer; 400: with words besides, of another channel, of nobody', async () => {
    const made = await (await acme.call('POST', '/v1/templates', greeting)).json();
    const { conversationId } = await scene.written({ customerId: customers.ayse, templateId: made.id });
    const answer = await acme.call('POST', `/v1/conversations/${conversationId}/messages`, { templateId: made.id });
    expect(answer.status).toBe(201);
    await scene.pump();
    const texts = scene.simulator.sends().map(({ text }) => text);
    expect(texts.slice(-2)).toEqual([expect.stringContaining('Ayşe'), expect.stringContaining('Ayşe')]);
    const mail = await (await acme.call('POST', '/v1/templates', letter)).json();
    for (const more of [{ templateId: made.id, text: 'x' }, { templateId: mail.id }, { templateId: newId() }])
      expect((await scene.write({ customerId: customers.ayse, ...more })).status).toBe(400);
  });

  it('402: two requests for the last credit: one has it, the other leaves nothing', async () => {
    await using own = await chat();
    await own.admin.call('POST', `/v1/admin/users/${own.acme.userId}/credits`, { amount: -999, note: 'one is left' });
    const answers = await Promise.all([1, 2, 3].map((n) => own.write({ phone: AYSE, text: `${n}` })));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 402, 402]);
    const refused = answers.find(({ status }) => status === 402)!;
    expect(await refused.json()).toMatchObject({ code: 'insufficient-credits', required: 1, available: 0 });
    expect(await countMessages(own)).toBe(1);
    expect(await own.write({ phone: AYSE, text: 'x', mediaIds: [] })).toMatchObject({ status: 402 });
  });

  it.each(['credit_holds', 'conversations', 'live_events'])(
    'killed while it writes to %s: nothing is saved and nothing held',
    async (table) => {
      const before = [await countMessages(), await scene.credits()];
      {
        await using _ = await sabotage(scene.ctx, table, { on: 'insert or update', code: '57P01', times: 1 });
        expect((await scene.write({ phone: BURAK, text: 'kesilen' })).status).toBeGreaterThanOrEqual(500);
      }
      expect([await countMessages(), await scene.credits()]).toEqual(before);
      expect(await scene.ledger()).toEqual([]);
    },
  );

  it.each([
    ['nobody', { text: 'x' }, 'customerId'],
    ['both', { customerId: customers.ayse, phone: AYSE, text: 'x' }, 'customerId'],
    ['no words', { phone: AYSE, text: '  ' }, 'text'],
    ['too many words', { phone: AYSE, text: 'ş'.repeat(4097) }, 'text'],
    ['no phone', { phone: '0212 000 00 00', text: 'x' }, 'phone'],
    ['a file that is not there', { phone: AYSE, mediaIds: [newId()] }, 'mediaIds[0]'],
    ['a number that is not there', { phone: AYSE, text: 'x', instanceId: newId() }, 'instanceId'],
    ['a customer that is not there', { customerId: newId(), text: 'x' }, 'customerId'],
  ])('400: %s, and nothing is saved', async (_, body, path) => {
    const before = [await countMessages(), await scene.credits()];
    const response = await scene.write(body);
    expect(response.status).toBe(400);
    expect((await response.json()).errors[0].path).toBe(path);
    expect([await countMessages(), await scene.credits()]).toEqual(before);
  });

  it('400: of another organization: customer, number, file', async () => {
    const file = await storeMedia(scene.ctx, acme, 'image');
    for (const body of [
      { customerId: customers.ayse },
      { instanceId: scene.instanceId, phone: AYSE },
      { phone: AYSE, mediaIds: [file] },
    ])
      expect((await scene.write({ text: 'x', ...body }, globex)).status).toBe(400);
  });

  it('409: somebody on the blacklist, in both languages; nothing is held', async () => {
    const before = await scene.credits();
    const response = await acme.call(
      'POST',
      '/v1/messages',
      { customerId: customers.ceren, text: 'x' },
      { 'accept-language': 'tr' },
    );
    expect(response.status).toBe(409);
    expect(await response.json()).toMatchObject({ code: 'blacklisted', title: expect.stringMatching(/kara liste/) });
    expect(await scene.credits()).toEqual(before);
  });

  it('409: while the number is not connected, and without one', async () => {
    expect(await code(await globex.call('POST', '/v1/messages', { phone: AYSE, text: 'x' }))).toBe('instance-not-open');
    await scene.ctx.db.execute(sql`update instances set status = 'closed' where id = ${scene.instanceId}`);
    const response = await scene.write({ phone: AYSE, text: 'x' });
    expect([response.status, await code(response)]).toEqual([409, 'instance-not-open']);
    await scene.ctx.db.execute(sql`update instances set status = 'open' where id = ${scene.instanceId}`);
  });

  it('201, replayed: the same Idempotency-Key sends and costs once', async () => {
    const before = await scene.credits();
    const headers = { 'idempotency-key': newId() };
    const bodies = [];
    for (let i = 0; i < 2; i++)
      bodies.push(await (await acme.call('POST', '/v1/messages', { phone: AYSE, text: 'bir kez' }, headers)).json());
    expect(bodies[0]).toEqual(bodies[1]);
    expect(await scene.pump()).toBe(1);
    expect((await scene.credits()).currentCredit).toBe(before.currentCredit - 1);
  });

  it('tells front ends: message.sent, conversation.changed, each status, the credits', async () => {
    const [last] = await scene.ctx.db.execute<{ id: string }>(sql`select coalesce(max(id), 0) as id from live_events`);
    const { conversationId, messages } = await scene.written({ phone: AYSE, text: 'canlı' });
    await scene.pump();
    const events = await scene.ctx.db.execute<{ type: string; data: Record<string, unknown> }>(
      sql`select type, data from live_events where id > ${last!.id} and organization_id = ${acme.organizationId} order by id`,
    );
    const messageId = messages[0]!.id;
    expect(events.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['message.sent', 'conversation.changed', 'credits.changed', 'message.status-changed']),
    );
    expect(events.find(({ type }) => type === 'message.status-changed')!.data).toMatchObject({
      messageId,
      conversationId,
      status: 'sent',
    });
  });
});
