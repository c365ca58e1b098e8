import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { conversations } from '#src/db/schema/conversations.ts';
import { inboundEvents, messages } from '#src/db/schema/messages.ts';
import { drainInboundOnce } from '#webhooks/inbound/evolution/drain-inbound-once.ts';
import { edits, type InboundScene, inboundScene, recalls, recorded, says, types } from './inbound-scene.ts';

let scene: InboundScene;
beforeAll(async () => {
  scene = await inboundScene();
});
afterAll(() => scene[Symbol.asyncDispose]());

let last = 0;
/** Of nobody yet. */
const phone = () => `+9054100${String(++last).padStart(5, '0')}`;

describe('a message that comes in', () => {
  it('of a customer: one row in one conversation, unread, told live', async () => {
    await scene.hear(says('+905321110001', 'C1', 'Merhaba, fiyat nedir?', { at: 5 }));
    const [conversation, ...more] = await scene.conversationsOf('+905321110001');
    expect(more).toEqual([]);
    expect(conversation).toMatchObject({
      organizationId: scene.acme.organizationId,
      instanceId: scene.instanceId,
      customerId: scene.customers.ayse,
      profileName: 'Ayşe',
      status: 'open',
      unreadCount: 1,
      lastMessageAt: new Date('2026-03-02T09:00:05Z'),
      lastInboundAt: new Date('2026-03-02T09:00:05Z'),
    });
    expect(conversation!.searchText).toContain('yilmaz');
    const message = await scene.message('C1');
    expect(message).toMatchObject({
      conversationId: conversation!.id,
      customerId: scene.customers.ayse,
      direction: 'in',
      status: 'received',
      kind: 'text',
      address: '+905321110001',
      body: 'Merhaba, fiyat nedir?',
      saidAt: new Date('2026-03-02T09:00:05Z'),
      userId: scene.acme.userId,
    });
    expect(conversation!.lastMessageId).toBe(message!.id);
    expect(await scene.told('message.received')).toMatchObject([
      {
        organization_id: scene.acme.organizationId,
        data: {
          messageId: message!.id,
          conversationId: conversation!.id,
          customerId: scene.customers.ayse,
          kind: 'text',
        },
      },
    ]);
    expect(await scene.told('conversation.changed')).toMatchObject([
      { data: { conversationId: conversation!.id, unreadCount: 1 } },
    ]);
  });

  it('F28: told ten times, in one batch and in later ones, it is one row and unread once', async () => {
    const from = phone();
    const knock = says(from, 'D1', 'a');
    await scene.hear(...Array.from({ length: 5 }, () => knock));
    for (let i = 0; i < 5; i++) await scene.hear(knock);
    expect(await scene.conversationsOf(from)).toMatchObject([{ unreadCount: 1 }]);
    expect(await scene.ctx.db.$count(messages, eq(messages.providerMessageId, 'D1'))).toBe(1);
  });

  it('late ones are counted, and what was said last stays last', async () => {
    const from = phone();
    await scene.hear(says(from, 'O3', 'c', { at: 30 }));
    await scene.hear(says(from, 'O1', 'a', { at: 10 }), says(from, 'O2', 'b', { at: 20 }));
    const [conversation] = await scene.conversationsOf(from);
    expect(conversation).toMatchObject({ unreadCount: 3, lastMessageAt: new Date('2026-03-02T09:00:30Z') });
    expect(conversation!.lastMessageId).toBe((await scene.message('O3'))!.id);
  });

  it('opens a closed conversation again; a reaction does neither that nor count as unread', async () => {
    const from = phone();
    await scene.hear(says(from, 'R1', 'a'));
    await scene.ctx.db
      .update(conversations)
      .set({ status: 'closed', unreadCount: 0 })
      .where(eq(conversations.phone, from));
    await scene.hear(says(from, 'R2', { reactionMessage: { key: { id: 'R1' }, text: '👍' } }, { at: 5 }));
    expect(await scene.conversationsOf(from)).toMatchObject([{ status: 'closed', unreadCount: 0 }]);
    expect(await scene.message('R2')).toMatchObject({ kind: 'reaction', body: '👍', inReplyTo: 'R1' });
    await scene.hear(says(from, 'R3', 'b', { at: 6 }));
    expect(await scene.conversationsOf(from)).toMatchObject([{ status: 'open', unreadCount: 1 }]);
  });

  it('of another organization’s number with the same id and phone is theirs alone', async () => {
    const from = phone();
    await scene.hear(says(from, 'T1', 'a'));
    await scene.knockElsewhere(says(from, 'T1', 'b'));
    await scene.drainInbound();
    const rows = await scene.conversationsOf(from);
    expect(rows.map(({ organizationId, unreadCount }) => [organizationId, unreadCount]).sort()).toEqual(
      [
        [scene.acme.organizationId, 1],
        [scene.globex.organizationId, 1],
      ].sort(),
    );
    expect(await scene.ctx.db.$count(messages, eq(messages.providerMessageId, 'T1'))).toBe(2);
  });

  it('two processes at once write each down once', async () => {
    const from = phone();
    await scene.knock(...Array.from({ length: 60 }, (_, i) => says(from, `P${i % 40}`, `${i}`, { at: i % 40 })));
    await Promise.all(Array.from({ length: 4 }, () => drainInboundOnce(scene.ctx)));
    await scene.drainInbound();
    expect(await scene.conversationsOf(from)).toMatchObject([{ unreadCount: 40 }]);
  });

  it('of a phone that WhatsApp spells otherwise (Brazil) belongs to the customer', async () => {
    const { id } = await (
      await scene.acme.call('POST', '/v1/customers', { firstName: 'Ana', phone: '+5511987650001' })
    ).json();
    await scene.hear(says('+551187650001', 'B1', 'oi'), says('+5511987650001', 'B2', 'oi de novo'));
    expect(await scene.conversationsOf('+5511987650001')).toMatchObject([{ customerId: id, unreadCount: 2 }]);
    expect(await scene.conversationsOf('+551187650001')).toEqual([]);
  });

  it.each([
    ['messages-upsert.text', 'IN0001', { kind: 'text', body: 'Oi, quero saber mais', direction: 'in' }],
    ['messages-upsert.hidden-with-phone', 'IN0002', { address: '+905320000002' }],
    ['messages-upsert.hidden', 'IN0003', { address: '777777777777777@lid' }],
    ['messages-upsert.image', 'IN0004', { kind: 'image', body: 'foto', attachmentStatus: 'pending' }],
    ['messages-upsert.reply', 'IN0005', { inReplyTo: '3EB0X' }],
    ['messages-upsert.button', 'IN0006', { kind: 'text', body: 'Sim' }],
    ['messages-upsert.reaction', 'IN0007', { kind: 'reaction', inReplyTo: '3EB0X' }],
    ['messages-upsert.typed', 'OWN001', { direction: 'out', typedOnPhone: true, status: 'sent' }],
    ['messages-upsert.after-reconnect', 'SYNC01', { body: 'logo após reconectar' }],
    ['messages-upsert.passive-channel', 'IN1', { address: '+905320000002' }],
    ['messages-upsert.business-text', 'wamid.IN1', { body: 'Oi' }],
    ['messages-upsert.business-image', 'wamid.IN2', { kind: 'image' }],
    ['messages-upsert.business-button', 'wamid.IN3', { inReplyTo: 'wamid.HBgNFAKE000001' }],
    ['messages-upsert.business-batch', 'wamid.IN4', { body: 'one' }],
  ])('as recorded: %s', async (name, id, row) => {
    await scene.hear(recorded(name));
    expect(await scene.message(id)).toMatchObject(row);
    expect(await scene.failures()).toBe(0);
  });
});

describe('typed on the phone', () => {
  it('is ours, sent, and has read what was said before it', async () => {
    const to = phone();
    await scene.hear(says(to, 'Y1', 'soru', { at: 1 }), says(to, 'Y2', 'orada mısınız?', { at: 2 }));
    await scene.hear(types(to, 'Y3', 'buyurun', 3));
    expect(await scene.conversationsOf(to)).toMatchObject([{ unreadCount: 0, profileName: 'Ayşe' }]);
    await scene.hear(says(to, 'Y0', 'geç gelen', { at: 0 }), says(to, 'Y4', 'teşekkürler', { at: 4 }));
    expect(await scene.conversationsOf(to)).toMatchObject([{ unreadCount: 1 }]);
    expect(await scene.message('Y3')).toMatchObject({
      direction: 'out',
      typedOnPhone: true,
      campaignId: null,
      capturedAt: null,
    });
    expect(await scene.told('message.received')).not.toContainEqual(
      expect.objectContaining({ data: expect.objectContaining({ messageId: (await scene.message('Y3'))!.id }) }),
    );
  });

  it('follows its acks, those too that came before it, and costs nothing', async () => {
    const to = phone();
    const ack = (keyId: string, status: string) => ({
      event: 'messages.update',
      data: { keyId, fromMe: true, status, remoteJid: `${to.slice(1)}@s.whatsapp.net` },
    });
    await scene.hear(ack('K1', 'DELIVERY_ACK'));
    await scene.hear(types(to, 'K1', 'a'));
    expect(await scene.message('K1')).toMatchObject({ status: 'delivered' });
    await scene.hear(ack('K1', 'READ'), ack('K1', 'SERVER_ACK'));
    expect(await scene.message('K1')).toMatchObject({ status: 'read', capturedAt: null, refundedAt: null });
    await scene.hear(types(to, 'K2', 'b', 1), ack('K2', 'ERROR'));
    expect(await scene.message('K2')).toMatchObject({ status: 'failed', refundedAt: null });
    const credits = await (await scene.acme.call('GET', '/v1/credits')).json();
    expect(credits).toMatchObject({ currentCredit: 1000, heldCredit: 0 });
  });
});

describe('edited and taken back', () => {
  it('the newest edit holds, in whatever order they come, also before the message itself', async () => {
    const from = phone();
    await scene.hear(edits('E1', 'üç', 30), edits('E1', 'iki', 20));
    await scene.hear(says(from, 'E1', 'bir'));
    expect(await scene.message('E1')).toMatchObject({ body: 'üç', editedAt: new Date('2026-03-02T09:00:30Z') });
    await scene.hear(edits('E1', 'iki', 20), edits('E1', 'dört', 40));
    expect(await scene.message('E1')).toMatchObject({ body: 'dört' });
    const { id } = (await scene.message('E1'))!;
    expect((await scene.told('message.edited')).filter(({ data }) => data.messageId === id)).toHaveLength(2);
  });

  it('what its sender took back is gone, before and after it came, whatever is edited', async () => {
    const from = phone();
    await scene.hear(recalls('V1', 9), says(from, 'V1', 'gizli'), says(from, 'V2', 'gizli'));
    await scene.hear(recalls('V2', 9), edits('V2', 'gizli!', 5));
    for (const id of ['V1', 'V2'])
      expect(await scene.message(id)).toMatchObject({ body: null, recalledAt: new Date('2026-03-02T09:00:09Z') });
    expect(await scene.told('message.recalled')).toHaveLength(2);
  });

  it('nobody but our side changes what our side said', async () => {
    const to = phone();
    await scene.hear(types(to, 'W1', 'söz'));
    await scene.hear(edits('W1', 'hayır', 5), recalls('W1', 6));
    expect(await scene.message('W1')).toMatchObject({ body: 'söz', recalledAt: null, editedAt: null });
    await scene.hear(edits('W1', 'söz verdik', 7, true), recalls('W1', 8, true));
    expect(await scene.message('W1')).toMatchObject({
      body: 'söz verdik',
      recalledAt: new Date('2026-03-02T09:00:08Z'),
    });
  });

  it('as recorded', async () => {
    await scene.hear(recorded('messages-edited'), recorded('messages-update.edit'));
    expect(await scene.message('IN0001')).toMatchObject({ body: 'Oi, quero saber mais!' });
    await scene.hear(recorded('messages-edited.revoke'), recorded('messages-delete'));
    expect(await scene.message('IN0001')).toMatchObject({ body: null, recalledAt: expect.any(Date) });
  });
});

it('nothing was left out for a failure', async () => {
  expect(await scene.failures()).toBe(0);
  expect(await scene.ctx.db.$count(inboundEvents, sql`applied_at is null`)).toBe(0);
});
