import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openConversation } from '#src/conversations/open-conversation.ts';
import { conversationNotes, conversations, lids } from '#src/db/schema/conversations.ts';
import { type InboundScene, inboundScene, says, types } from './inbound-scene.ts';

let scene: InboundScene;
beforeAll(async () => {
  scene = await inboundScene();
});
afterAll(() => scene[Symbol.asyncDispose]());

let last = 0;
/** Of nobody yet. */
const phone = () => `+9054200${String(++last).padStart(5, '0')}`;

describe('a hidden number', () => {
  const hidden = (lid: string, id: string, text: string, at = 0) =>
    says('', id, text, { at, key: { remoteJid: `${lid}@lid`, addressingMode: 'lid' } });
  const shown = (lid: string, who: string, id: string, text: string, at = 0) =>
    says(who, id, text, { at, key: { remoteJidAlt: `${lid}@lid` } });

  it('has a conversation of its own; when the phone becomes known it is merged into the phone’s', async () => {
    const who = phone();
    await scene.hear(
      hidden('90001', 'L1', 'gizliyim', 1),
      hidden('90001', 'L2', 'hâlâ', 2),
      says(who, 'L3', 'açık', { at: 3 }),
    );
    const [open] = await scene.conversationsOf(who);
    const [secret] = await scene.ctx.db.select().from(conversations).where(eq(conversations.lid, '90001'));
    expect([open!.unreadCount, secret!.unreadCount, secret!.phone]).toEqual([1, 2, null]);
    await scene.ctx.db.insert(conversationNotes).values({
      organizationId: scene.acme.organizationId,
      conversationId: secret!.id,
      userId: scene.acme.userId,
      body: 'kim bu?',
    });
    await scene.hear(shown('90001', who, 'L4', 'benim', 4));
    const rows = await scene.ctx.db.select().from(conversations).where(sql`phone = ${who} or lid = '90001'`);
    expect(rows).toMatchObject([
      { phone: who, lid: '90001', unreadCount: 4, lastMessageId: (await scene.message('L4'))!.id },
    ]);
    for (const id of ['L1', 'L2', 'L3', 'L4'])
      expect(await scene.message(id)).toMatchObject({ conversationId: rows[0]!.id, address: who });
    expect(await scene.ctx.db.select().from(conversationNotes)).toMatchObject([{ conversationId: rows[0]!.id }]);
    await scene.hear(hidden('90001', 'L5', 'yine', 5));
    expect(await scene.message('L5')).toMatchObject({ conversationId: rows[0]!.id, address: who });
  });

  it('is learnt from its receipt for a message of ours, and becomes the customer’s', async () => {
    await scene.hear(hidden('90002', 'M1', 'ben Burak'));
    await scene.hear(types('+905321110002', 'M2', 'merhaba'));
    await scene.hear({
      event: 'messages.update',
      data: { keyId: 'M2', remoteJid: '90002@lid', fromMe: true, status: 'READ' },
    });
    const rows = await scene.ctx.db.select().from(conversations).where(sql`phone = '+905321110002' or lid = '90002'`);
    expect(rows).toMatchObject([{ customerId: scene.customers.burak, lid: '90002', phone: '+905321110002' }]);
    expect(await scene.message('M1')).toMatchObject({ customerId: scene.customers.burak, conversationId: rows[0]!.id });
  });

  it('two in one batch that turn out to be one person are one, and what both said stays', async () => {
    const [one, two] = [phone(), phone()];
    await scene.hear(says(one, 'Q1', 'a'), says(two, 'Q2', 'b'));
    await scene.hear(shown('90007', one, 'Q3', 'c', 1), shown('90007', two, 'Q4', 'd', 2));
    const rows = await scene.ctx.db.select().from(conversations).where(sql`phone in (${one}, ${two}) or lid = '90007'`);
    const ids = new Set(rows.map(({ id }) => id));
    for (const id of ['Q1', 'Q2', 'Q3', 'Q4']) expect(ids).toContain((await scene.message(id))!.conversationId);
    expect(rows.reduce((sum, { unreadCount }) => sum + unreadCount, 0)).toBe(4);
  });

  it('whoever else begins the phone’s conversation while it is merged: one is left, and nothing is lost', async () => {
    for (let i = 0; i < 6; i++) {
      const who = phone();
      const { organizationId } = scene.acme;
      await scene.hear(hidden(`9111${i}`, `X${i}`, 'gizliyim'));
      await scene.knock(shown(`9111${i}`, who, `Y${i}`, 'benim', 1));
      const begin = () => openConversation(scene.ctx, { organizationId, instanceId: scene.instanceId, phone: who });
      await Promise.all([begin(), scene.drainInbound(), begin()]);
      const rows = await scene.ctx.db
        .select()
        .from(conversations)
        .where(sql`phone = ${who} or lid = ${`9111${i}`}`);
      expect(rows).toMatchObject([{ phone: who, lid: `9111${i}`, unreadCount: 2 }]);
      for (const id of [`X${i}`, `Y${i}`]) expect((await scene.message(id))!.conversationId).toBe(rows[0]!.id);
    }
  });

  it('one organization’s knowledge is not another’s', async () => {
    await scene.hear(shown('90008', phone(), 'N0', 'benim'));
    await scene.knockElsewhere(hidden('90008', 'N1', 'x'));
    await scene.drainInbound();
    expect(await scene.message('N1')).toMatchObject({ address: '90008@lid', customerId: null });
    const theirs = eq(lids.organizationId, scene.globex.organizationId);
    expect(await scene.ctx.db.select().from(lids).where(theirs)).toEqual([]);
  });

  it('who asked to be left alone while hidden is blacklisted once the phone is known; hidden no more, at once', async () => {
    const [first, second] = [phone(), phone()];
    const barred = async (of: string) =>
      (await (await scene.acme.call('GET', `/v1/suppressions?search=${encodeURIComponent(of)}`)).json()).data.length;
    await scene.hear(hidden('90003', 'S1', 'DUR'));
    await scene.hear(shown('90003', first, 'S2', 'ben kim miyim?'));
    expect(await barred(first)).toBe(1);
    await scene.hear(shown('90004', second, 'S3', 'merhaba'));
    await scene.hear(hidden('90004', 'S4', 'İPTAL'));
    expect(await barred(second)).toBe(1);
  });
});

describe('an unknown number', () => {
  it('becomes its customer’s when one is made with the phone, by hand or by import, and is found by the name', async () => {
    const [one, two] = [phone(), phone()];
    await scene.hear(says(one, 'U1', 'a'), says(two, 'U2', 'b'));
    expect(await scene.conversationsOf(one)).toMatchObject([{ customerId: null }]);
    const { id } = await (await scene.acme.call('POST', '/v1/customers', { firstName: 'Şükrü', phone: one })).json();
    expect(await scene.conversationsOf(one)).toMatchObject([
      { customerId: id, searchText: expect.stringContaining('sukru') },
    ]);
    expect(await scene.message('U1')).toMatchObject({ customerId: id });
    await scene.acme.call('POST', '/v1/customers/import', `firstName,phone\nÇağla,${two}\n`, {
      'content-type': 'text/csv',
    });
    await scene.drain();
    expect(await scene.conversationsOf(two)).toMatchObject([
      { customerId: expect.any(String), searchText: expect.stringContaining('cagla') },
    ]);
  });

  it('goes on under the customer’s new phone and name, and ends when the customer is deleted: whoever writes from there begins anew', async () => {
    const [old, fresh] = [phone(), phone()];
    await scene.hear(says(old, 'G1', 'a'));
    const { id } = await (await scene.acme.call('POST', '/v1/customers', { firstName: 'Gül', phone: old })).json();
    await scene.acme.call('PATCH', `/v1/customers/${id}`, { phone: fresh, firstName: 'Güler' });
    expect(await scene.conversationsOf(old)).toEqual([]);
    expect(await scene.conversationsOf(fresh)).toMatchObject([
      { customerId: id, searchText: expect.stringContaining('guler') },
    ]);
    await scene.acme.call('DELETE', `/v1/customers/${id}`);
    expect(await scene.conversationsOf(fresh)).toEqual([]);
    await scene.hear(says(fresh, 'G2', 'b'));
    expect(await scene.conversationsOf(fresh)).toMatchObject([{ customerId: null, unreadCount: 1 }]);
  });

  it('where the new phone has spoken already, that conversation becomes the customer’s', async () => {
    const [old, fresh] = [phone(), phone()];
    await scene.hear(says(old, 'H1', 'a'), says(fresh, 'H2', 'b'));
    const { id } = await (await scene.acme.call('POST', '/v1/customers', { firstName: 'Ece', phone: old })).json();
    await scene.acme.call('PATCH', `/v1/customers/${id}`, { phone: fresh });
    expect([await scene.conversationsOf(old), await scene.conversationsOf(fresh)]).toMatchObject([
      [{ customerId: null }],
      [{ customerId: id }],
    ]);
    await scene.hear(says(fresh, 'H3', 'c', { at: 1 }), says(old, 'H4', 'd', { at: 1 }));
    expect(await scene.conversationsOf(fresh)).toMatchObject([{ customerId: id, unreadCount: 2 }]);
  });
});

it('nothing was left out for a failure', async () => expect(await scene.failures()).toBe(0));
