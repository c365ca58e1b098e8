import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { edits, type InboundScene, inboundScene, type Knock, recalls, says, types } from './inbound-scene.ts';

let scene: InboundScene;
beforeAll(async () => {
  scene = await inboundScene();
});
afterAll(() => scene[Symbol.asyncDispose]());

/** Two people, one of them hidden at first; what they say, edit, take back and react to, what we type, and its acks. */
function story(run: number): Knock[] {
  const id = (name: string) => `${run}-${name}`;
  const number = String(run).padStart(4, '0');
  const [open, shown, lid] = [`+90543100${number}`, `+90543200${number}`, `7777${number}`];
  const hidden = (name: string, text: string, at: number) =>
    says('', id(name), text, { at, key: { remoteJid: `${lid}@lid` }, pushName: 'Can' });
  const ack = (name: string, status: string): Knock => ({
    event: 'messages.update',
    data: { keyId: id(name), remoteJid: `${open.slice(1)}@s.whatsapp.net`, fromMe: true, status },
  });
  return [
    says(open, id('a1'), 'bir', { at: 1 }),
    says(open, id('a2'), 'iki', { at: 2 }),
    types(open, id('a3'), 'buyurun', 3),
    says(open, id('a4'), { reactionMessage: { key: { id: id('a3') }, text: '👍' } }, { at: 4 }),
    says(open, id('a5'), 'teşekkürler', { at: 5, pushName: 'Ayşe Y.' }),
    edits(id('a2'), 'ikinci', 6),
    edits(id('a2'), 'üçüncü', 7),
    recalls(id('a1'), 8),
    edits(id('a1'), 'gizlenen', 7),
    ack('a3', 'DELIVERY_ACK'),
    ack('a3', 'READ'),
    hidden('b1', 'selam', 10),
    hidden('b2', 'orada mısınız', 11),
    says(shown, id('b3'), 'benim', { at: 12, key: { remoteJidAlt: `${lid}@lid` }, pushName: 'Can' }),
    says(shown, id('b4'), 'merhaba', { at: 9, pushName: 'Can' }),
  ];
}

/** What is left of it, without what only tells one telling from another. */
async function ending(run: number): Promise<unknown> {
  const number = String(run).padStart(4, '0');
  const messages = await scene.ctx.db.execute(sql`
    select split_part(m.provider_message_id, '-', 2) as id, m.direction, m.kind, m.body, m.status, m.edited_at, m.recalled_at, m.said_at,
      left(m.address, 9) as address, left(v.phone, 9) as whose
    from messages m join conversations v on v.id = m.conversation_id where m.provider_message_id like ${`${run}-%`} order by 1`);
  const conversations = await scene.ctx.db.execute(sql`
    select left(v.phone, 9) as phone, left(v.lid, 4) as lid, v.status, v.unread_count, v.profile_name, v.last_message_at, v.last_inbound_at,
      split_part(m.provider_message_id, '-', 2) as last
    from conversations v join messages m on m.id = v.last_message_id
    where v.phone in (${`+90543100${number}`}, ${`+90543200${number}`}) or v.lid = ${`7777${number}`} order by 1`);
  return { messages, conversations };
}

it('whatever order webhooks come in, however often, in whatever batches: the same rows', async () => {
  let run = 1;
  await scene.hear(...story(run));
  const expected = await ending(run);
  expect(expected).toMatchObject({
    conversations: [
      { phone: '+90543100', unread_count: 1, last: 'a5', profile_name: 'Ayşe Y.' },
      { phone: '+90543200', lid: '7777', unread_count: 4, last: 'b3' },
    ],
    messages: [
      { id: 'a1', body: null },
      { id: 'a2', body: 'üçüncü' },
      { id: 'a3', status: 'read' },
      { id: 'a4' },
      { id: 'a5' },
      ...['b1', 'b2', 'b3', 'b4'].map((id) => ({ id, address: '+90543200' })),
    ],
  });
  const count = story(0).length;
  const tellings = fc.record({
    order: fc.shuffledSubarray([...Array(count).keys()], { minLength: count }),
    again: fc.array(fc.nat(count - 1), { maxLength: 8 }),
    batches: fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 6 }),
  });
  await fc.assert(
    fc.asyncProperty(tellings, async ({ order, again, batches }) => {
      const knocks = story(++run);
      const told = [...order, ...again].map((index) => knocks[index]!);
      for (let turn = 0; told.length > 0; turn++) await scene.hear(...told.splice(0, batches[turn % batches.length]));
      expect(await ending(run)).toEqual(expected);
    }),
    { numRuns: 25 },
  );
  expect(await scene.failures()).toBe(0);
});
