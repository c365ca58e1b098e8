import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type InboundScene, inboundScene, says } from './inbound-scene.ts';

let scene: InboundScene;
beforeAll(async () => {
  scene = await inboundScene();
});
afterAll(() => scene[Symbol.asyncDispose]());

let last = 0;
async function stranger(more: Parameters<typeof says>[3] = {}): Promise<{ id: string; phone: string }> {
  const phone = `+9054400${String(++last).padStart(5, '0')}`;
  await scene.hear(says(phone, `Z${last}`, 'merhaba', more));
  const rows = await scene.ctx.db.execute<{ id: string }>(
    sql`select v.id from conversations v join messages m on m.conversation_id = v.id where m.provider_message_id = ${`Z${last}`}`,
  );
  return { id: rows[0]!.id, phone };
}
const make = (id: string, body: object = { firstName: 'Şule', lastName: 'Öz' }, who = scene.acme) =>
  who.call('POST', `/v1/conversations/${id}/customer`, body);

describe('POST /v1/conversations/{id}/customer', () => {
  it('201: makes a customer with that phone, to whom all that was said belongs', async () => {
    const { id, phone } = await stranger();
    const answer = await make(id, { firstName: 'Şule', lastName: 'Öz', tags: ['fuar'], source: 'whatsapp' });
    expect(answer.status).toBe(201);
    const { customer } = await answer.json();
    expect(customer).toMatchObject({ firstName: 'Şule', lastName: 'Öz' });
    expect(await (await scene.acme.call('GET', `/v1/customers/${customer.id}`)).json()).toMatchObject({
      phone,
      tags: ['fuar'],
    });
    expect(await scene.message(`Z${last}`)).toMatchObject({ customerId: customer.id });
    const verbs = await scene.ctx.db.execute(
      sql`select verb from activities where subject_id in (${id}, ${customer.id}) order by verb`,
    );
    expect(verbs.map(({ verb }) => verb)).toEqual(['conversations.make-customer', 'customers.create']);
  });

  it('409: it is with a customer already; by two at once one is made', async () => {
    const { id, phone } = await stranger();
    const answers = await Promise.all([make(id), make(id)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
    expect(await (await make(id)).json()).toMatchObject({ code: 'conflict', customerId: expect.any(String) });
    expect(await scene.ctx.db.execute(sql`select id from customers where phone = ${phone}`)).toHaveLength(1);
  });

  it('409: the phone is hidden', async () => {
    const { id } = await stranger({ key: { remoteJid: '881234567@lid' } });
    const answer = await make(id);
    expect([answer.status, (await answer.json()).code]).toEqual([409, 'conflict']);
  });

  it('404: of another organization; 400: without a name, or with a phone of its own', async () => {
    const { id } = await stranger();
    expect((await make(id, undefined, scene.globex)).status).toBe(404);
    for (const body of [{}, { firstName: '' }, { firstName: 'Şule', phone: '0532 111 22 33' }])
      expect((await make(id, body)).status).toBe(400);
  });
});
