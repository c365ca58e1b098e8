import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { customerTables } from '#src/customers/customer-tables.ts';
import { customers } from '#src/db/schema/customers.ts';
import { newId } from '#src/platform/ids.ts';
import { type ChatScene, chat } from '#test/conversations/chat-scene.ts';
import { filesOf, putWell } from '#test/files/filing.ts';
import { pdf } from '#test/files/samples.ts';
import { heldBy, states } from './consenting.ts';

// biome-ignore lint/suspicious/noExplicitAny: answers are looked at field by field
type Json = any;
let scene: ChatScene;
beforeAll(async () => {
  scene = await chat();
});
afterAll(() => scene[Symbol.asyncDispose]());

const json = async (answer: Response | Promise<Response>): Promise<Json> => (await answer).json();
const call = (method: string, path: string, body?: object) => scene.acme.call(method, path, body);
let last = 0;
const phone = () => `+90535${String(1_000_000 + ++last)}`;
async function person(body: object = {}): Promise<Json> {
  const answer = await call('POST', '/v1/customers', { firstName: 'X', phone: phone(), ...body });
  if (answer.status !== 201) throw new Error(await answer.text());
  return answer.json();
}
const merge = (id: string, customerId: string, more: object = {}) =>
  call('POST', `/v1/customers/${id}/merge`, { customerId, ...more });
const get = (id: string) => json(call('GET', `/v1/customers/${id}`));

describe('merge', () => {
  it('200: one record of two, all addresses kept, and what the one lacks from the other; the other tells where he went', async () => {
    const field = await call('POST', '/v1/custom-fields', { key: 'no', label: 'No', type: 'number' });
    expect(field.status).toBe(201);
    const [a, b] = [
      await person({
        firstName: 'Ayşe',
        email: 'a@m.example.com',
        tags: ['bir'],
        note: 'ilk',
        customFields: { no: 1 },
      }),
      await person({
        firstName: 'Ayse',
        lastName: 'Kaya',
        city: 'Bursa',
        email: 'b@m.example.com',
        tags: ['iki'],
        note: 'son',
        birthday: '1990-01-01',
      }),
    ];
    const merged = await json(merge(a.id, b.id));
    expect(merged).toMatchObject({
      id: a.id,
      firstName: 'Ayşe',
      lastName: 'Kaya',
      phone: a.phone,
      phones: [{ phone: b.phone }],
      email: 'a@m.example.com',
      emails: [{ email: 'b@m.example.com' }],
      city: 'Bursa',
      birthday: '1990-01-01',
      tags: ['bir', 'iki'],
      customFields: { no: 1 },
      note: 'ilk\nson',
    });
    const gone = await call('GET', `/v1/customers/${b.id}`);
    expect([gone.status, await gone.json()]).toMatchObject([404, { code: 'not-found', mergedIntoId: a.id }]);
    for (const [method, path, body] of [
      ['PATCH', '', { note: 'x' }],
      ['DELETE', ''],
      ['POST', '/restore'],
      ['POST', '/erase'],
      ['GET', '/export'],
      ['POST', '/merge', { customerId: a.id }],
    ] as [string, string, object?][])
      expect(await json(call(method, `/v1/customers/${b.id}${path}`, body))).toMatchObject({
        status: 404,
        mergedIntoId: a.id,
      });
    const c = await person({ firstName: 'Üç' });
    const preferred = await json(merge(c.id, a.id, { prefer: 'other' }));
    expect(preferred).toMatchObject({
      firstName: 'Ayşe',
      phone: a.phone,
      phones: expect.arrayContaining([{ phone: c.phone, label: null }]),
    });
    expect(await get(b.id)).toMatchObject({ mergedIntoId: c.id });
    expect((await call('POST', '/v1/customers', { firstName: 'Y', phone: b.phone })).status).toBe(409);
  });

  it('conversations with one number become one; whatever was said, noted, filed and grouped is the one’s; the next word finds him', async () => {
    const [a, b] = [await person(), await person()];
    const [one, two] = [await scene.hear(a.phone, 'bir'), await scene.hear(b.phone, 'iki')];
    await call('POST', `/v1/conversations/${two.conversationId}/notes`, { text: 'aranacak' });
    const same = pdf(7);
    for (const { id } of [a, b]) await putWell(scene.acme, id, same, { name: 'ortak.pdf' });
    await putWell(scene.acme, b.id, pdf(8), { name: 'yalnız.pdf' });
    const groups = await Promise.all(
      ['G1', 'G2'].map((name) => json(call('POST', '/v1/groups', { name: `${name}${last}` }))),
    );
    await call('POST', `/v1/groups/${groups[0].id}/customers`, { customerIds: [a.id, b.id] });
    await call('POST', `/v1/groups/${groups[1].id}/customers`, { customerIds: [b.id] });
    expect((await merge(a.id, b.id)).status).toBe(200);
    const talks = await json(call('GET', `/v1/conversations?customerId=${a.id}`));
    expect(talks.data).toMatchObject([{ id: one.conversationId, phone: a.phone, unreadCount: 2 }]);
    expect((await scene.messages(one.conversationId)).map(({ text }: Json) => text).sort()).toEqual(['bir', 'iki']);
    expect((await json(call('GET', `/v1/conversations/${one.conversationId}/notes`))).data).toMatchObject([
      { text: 'aranacak' },
    ]);
    expect((await filesOf(scene.acme, a.id)).map(({ name }) => name).sort()).toEqual(['ortak.pdf', 'yalnız.pdf']);
    expect((await json(call('GET', `/v1/customers?groupId=${groups[1].id}`))).data).toMatchObject([{ id: a.id }]);
    expect((await json(call('GET', `/v1/groups/${groups[0].id}`))).customerCount).toBe(1);
    const again = await scene.hear(b.phone, 'üç');
    expect(again.conversationId).toBe(one.conversationId);
    expect((await json(call('GET', `/v1/conversations/${one.conversationId}`))).phone).toBe(b.phone);
  });

  it('a campaign that holds both counts both and writes to the person once; of others the recipient goes along', async () => {
    const [a, b] = [await person({ firstName: 'Bir' }), await person({ firstName: 'İki' })];
    const draft = { channel: 'whatsapp', text: 'Merhaba', startAt: '2026-03-03T12:00:00+03:00' };
    const make = async (name: string, customerIds: string[]) =>
      (await json(call('POST', '/v1/campaigns', { ...draft, name, audience: { customerIds } }))).id;
    const [both, his] = [await make('ikisi', [a.id, b.id]), await make('onun', [b.id])];
    expect((await merge(a.id, b.id)).status).toBe(200);
    const rows = async (id: string) => (await json(call('GET', `/v1/campaigns/${id}/recipients`))).data;
    expect((await rows(both)).map(({ customerId }: Json) => customerId).sort()).toEqual([a.id, b.id].sort());
    expect(await rows(his)).toMatchObject([{ customerId: a.id, address: b.phone, name: 'İki' }]);
    scene.clock.set('2026-03-03T10:00:00Z');
    await scene.drain();
    await scene.pump();
    await scene.drain();
    const statuses = Object.fromEntries(
      (await rows(both)).map((row: Json) => [row.customerId, row.statusReason ?? row.status]),
    );
    expect(statuses).toEqual({ [a.id]: 'sent', [b.id]: 'customer-deleted' });
    expect(await rows(his)).toMatchObject([{ status: 'sent' }]);
    expect((await get(a.id)).lastContactedChannel).toBe('whatsapp');
    expect(await scene.ledger()).toEqual([]);
  });

  it.each([
    ['his withdrawal is older than my consent', '2026-01-01', '2026-02-01'],
    ['his withdrawal is newer', '2026-02-01', '2026-01-01'],
  ])('a withdrawal is never lost: %s', async (_, withdrawnAt, givenAt) => {
    const mail = { email: true, source: 'form', givenAt: `${givenAt}T09:00:00Z` };
    const [a, b] = [
      await person({ marketingConsent: mail }),
      await person({ marketingConsent: { ...mail, givenAt: '2025-12-01T09:00:00Z' } }),
    ];
    await call('POST', `/v1/customers/${b.id}/consents`, {
      channel: 'email',
      state: 'withdrawn',
      source: 'call',
      givenAt: `${withdrawnAt}T09:00:00Z`,
    });
    expect((await heldBy(scene.acme, a.id)).email).not.toBeNull();
    expect((await merge(a.id, b.id)).status).toBe(200);
    expect((await heldBy(scene.acme, a.id)).email).toBeNull();
    expect(await states(scene.acme, a.id)).toEqual(expect.arrayContaining(['given form', 'withdrawn call']));
    expect(await states(scene.acme, b.id)).toEqual(['given form', 'withdrawn call']);
    expect(
      (await json(call('GET', `/v1/customers/${a.id}/consents`))).data.every(({ inForce }: Json) => !inForce),
    ).toBe(true);
  });

  it('200 and 404, or 200 and 400: of a into b and b into a at once one holds, and nothing is lost', async () => {
    for (let round = 0; round < 3; round++) {
      const [a, b] = [await person(), await person()];
      await scene.hear(a.phone, 'bir');
      await scene.hear(b.phone, 'iki');
      const answers = await Promise.all([merge(a.id, b.id), merge(b.id, a.id), merge(a.id, b.id)]);
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
      for (const { status } of answers) expect([200, 400, 404]).toContain(status);
      const [left, other] = await scene.ctx.db
        .select()
        .from(customers)
        .where(sql`id in (${a.id}, ${b.id}) and deleted_at is null`);
      expect(other).toBeUndefined();
      const whole = await get(left!.id);
      expect([whole.phone, ...whole.phones.map((one: Json) => one.phone)].sort()).toEqual([a.phone, b.phone].sort());
      const said = await scene.ctx.db.execute(sql`select from messages where customer_id = ${left!.id}`);
      expect(said).toHaveLength(2);
    }
  });

  it('400: with himself, an unknown or a deleted one; 404: another organization’s, either way', async () => {
    const [a, b] = [await person(), await person()];
    const foreign = await json(scene.globex.call('POST', '/v1/customers', { firstName: 'E' }));
    expect((await merge(a.id, a.id.toUpperCase())).status).toBe(400);
    expect((await merge(a.id, newId())).status).toBe(400);
    expect((await merge(a.id, foreign.id)).status).toBe(400);
    expect((await merge(foreign.id, a.id)).status).toBe(404);
    expect((await merge(a.id, b.id, { prefer: 'both' })).status).toBe(400);
    await call('DELETE', `/v1/customers/${b.id}`);
    expect((await merge(a.id, b.id)).status).toBe(400);
  });
});

describe('the register of what hangs on a customer', () => {
  it('knows every table that has a customer', async () => {
    const tables = await scene.ctx.db.execute<{ name: string }>(sql`
      select distinct table_name as name from information_schema.columns
      where table_schema = 'public' and (column_name = 'customer_id' or column_name like '%\\_customer\\_id') order by 1`);
    expect(Object.keys(customerTables).sort()).toEqual(tables.map(({ name }) => name));
  });

  it('its statements are well-formed', async () => {
    const id = newId();
    for (const { merge, erase, export: read } of Object.values(customerTables))
      await scene.ctx.db.transaction(async (tx) => {
        if (typeof merge !== 'string') await tx.execute(merge({ winner: id, loser: id }));
        if (typeof erase !== 'string') await tx.execute(erase(id));
        if (typeof read !== 'string') await tx.execute(read(id, id, 10));
      });
    expect(await scene.ctx.db.select().from(customers).where(eq(customers.id, id))).toEqual([]);
  });
});
