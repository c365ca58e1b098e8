import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eraseDueCustomers } from '#src/customers/erase-due-customers.ts';
import { suppressionOf } from '#src/customers/is-suppressed.ts';
import { releaseLooseMedia } from '#src/files/release-loose-media.ts';
import { type ChatScene, chat } from '#test/conversations/chat-scene.ts';
import { putWell } from '#test/files/filing.ts';
import { pdf } from '#test/files/samples.ts';

// biome-ignore lint/suspicious/noExplicitAny: answers are looked at field by field
type Json = any;
let scene: ChatScene;
beforeAll(async () => {
  scene = await chat({ env: { ERASE_AFTER_DAYS: '10' } });
});
afterAll(() => scene[Symbol.asyncDispose]());

const json = async (answer: Response | Promise<Response>): Promise<Json> => (await answer).json();
const call = (method: string, path: string, body?: object) => scene.acme.call(method, path, body);
let last = 0;
const phone = () => `+90536${String(1_000_000 + ++last)}`;
async function person(body: object = {}): Promise<Json> {
  const answer = await call('POST', '/v1/customers', { firstName: 'Zülfikar', phone: phone(), ...body });
  if (answer.status !== 201) throw new Error(await answer.text());
  return answer.json();
}
const binned = async () => (await json(call('GET', '/v1/customers/deleted'))).data.map(({ id }: Json) => id);

describe('the bin', () => {
  it('204, 200: who is deleted is nowhere but in the bin, and comes back with everything, into his groups', async () => {
    const body = { phones: [{ phone: phone() }], email: 'bin@example.com', tags: ['x'] };
    const made = await person(body);
    const group = await json(call('POST', '/v1/groups', { name: 'Kutu' }));
    await call('POST', `/v1/groups/${group.id}/customers`, { customerIds: [made.id] });
    const { conversationId } = await scene.hear(made.phone, 'merhaba');
    await putWell(scene.acme, made.id, pdf(1), { name: 'a.pdf' });
    expect((await call('POST', `/v1/customers/${made.id}/restore`)).status).toBe(409);
    expect((await call('DELETE', `/v1/customers/${made.id}`)).status).toBe(204);
    await scene.drain();
    expect(await json(call('GET', '/v1/customers/deleted'))).toMatchObject({
      data: [{ id: made.id, deletedAt: '2026-03-02T09:00:00.000Z', eraseAt: '2026-03-12T09:00:00.000Z' }],
      nextCursor: null,
    });
    for (const path of ['', '/files']) expect((await call('GET', `/v1/customers/${made.id}${path}`)).status).toBe(404);
    expect((await json(call('GET', '/v1/files'))).data).toEqual([]);
    expect((await json(call('GET', '/v1/customers?search=bin%40example'))).data).toEqual([]);
    const newer = await scene.hear(made.phone, 'orada mısınız');
    expect(newer.conversationId).not.toBe(conversationId);
    const back = await call('POST', `/v1/customers/${made.id}/restore`);
    expect([back.status, await back.json()]).toMatchObject([200, { ...made, updatedAt: expect.any(String) }]);
    expect((await json(call('GET', `/v1/customers?groupId=${group.id}`))).data).toMatchObject([{ id: made.id }]);
    expect((await json(call('GET', `/v1/customers/${made.id}/files`))).data).toHaveLength(1);
    const talks = await json(call('GET', `/v1/conversations?customerId=${made.id}`));
    expect(talks.data).toMatchObject([{ id: conversationId, phone: made.phone, customer: { id: made.id } }]);
    expect((await scene.messages(conversationId)).map(({ text }: Json) => text)).toEqual(['orada mısınız', 'merhaba']);
    expect(await binned()).toEqual([]);
  });

  it('409: somebody else has one of his phones by now; 404: another organization’s, an erased one', async () => {
    const other = phone();
    const made = await person({ phones: [{ phone: other }] });
    await call('DELETE', `/v1/customers/${made.id}`);
    const taker = await person({ phone: other });
    const refused = await call('POST', `/v1/customers/${made.id}/restore`);
    expect([refused.status, await refused.json()]).toMatchObject([409, { customerId: taker.id, matchedBy: 'phone' }]);
    for (const act of ['restore', 'erase', 'export'])
      expect(
        (await scene.globex.call(act === 'export' ? 'GET' : 'POST', `/v1/customers/${made.id}/${act}`)).status,
      ).toBe(404);
    const answers = await Promise.all([1, 2].map(() => call('POST', `/v1/customers/${made.id}/erase`)));
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 404]);
    expect((await call('POST', `/v1/customers/${made.id}/restore`)).status).toBe(404);
    expect((await call('GET', `/v1/customers/${made.id}/export`)).status).toBe(404);
    expect((await call('GET', `/v1/customers/${taker.id}`)).status).toBe(200);
  });

  it('erased by itself after the days that the configuration says, not before', async () => {
    const [made, kept] = [await person(), await person()];
    await call('DELETE', `/v1/customers/${made.id}`);
    scene.clock.advance({ days: 9 });
    await call('DELETE', `/v1/customers/${kept.id}`);
    scene.clock.advance({ hours: 23 });
    expect(await eraseDueCustomers(scene.ctx)).toBe(0);
    scene.clock.advance({ hours: 1 });
    const twice = await Promise.all([eraseDueCustomers(scene.ctx), eraseDueCustomers(scene.ctx)]);
    expect(twice.reduce((sum, one) => sum + one)).toBe(1);
    expect(await binned()).toEqual([kept.id]);
  });
});

describe('erase', () => {
  it('204: no word of the person is left in any table; figures, ledger and hashed suppressions stay, and he is still not written to', async () => {
    const [first, second, mail] = [phone(), phone(), 'zulfikar@silinen.example.com'];
    await call('POST', '/v1/custom-fields', { key: 'lakap', label: 'Lakap', type: 'text' });
    await call('POST', '/v1/webhook-endpoints', { url: 'http://127.0.0.1:9/x', events: ['*'] });
    const made = await person({
      firstName: 'Zeki',
      lastName: 'Silinmez',
      phone: first,
      phones: [{ phone: second, label: 'Silinmez iş' }],
      email: mail,
      city: 'Silinmezköy',
      birthday: '1977-07-07',
      tags: ['Silinmez-etiket'],
      note: 'Silinmez not',
      customFields: { lakap: 'Silinmez lakap' },
    });
    const merged = await person({ firstName: 'Zeki', lastName: 'Silinmez', email: 'oteki@silinen.example.com' });
    expect((await call('POST', `/v1/customers/${made.id}/merge`, { customerId: merged.id })).status).toBe(200);
    const campaign = { name: 'Bahar', channel: 'whatsapp', text: 'Merhaba {{ firstName }}', startAt: null };
    const { id } = await json(call('POST', '/v1/campaigns', { ...campaign, audience: { customerIds: [made.id] } }));
    await scene.drain();
    await scene.pump();
    await scene.hear(second, 'Silinmez söz');
    await scene.written({ customerId: made.id, text: 'Sayın Silinmez' });
    await putWell(scene.acme, made.id, pdf(2), { name: 'Silinmez.pdf' });
    await call('POST', '/v1/suppressions', { customerId: made.id, level: 'blacklist', reason: 'kendisi istedi' });
    const credits = await scene.credits();
    expect((await call('POST', `/v1/customers/${made.id}/erase`)).status).toBe(204);
    await scene.drain();
    await releaseLooseMedia(scene.ctx);
    const digits = [first, second, merged.phone].map((one) => one.slice(1)).join('|');
    expect(await wordsOf(new RegExp(`silinmez|zeki|silinen.example|1977-07-07|${digits}`, 'i'))).toEqual([]);
    const counted = await json(call('GET', `/v1/campaigns/${id}`));
    expect(counted).toMatchObject({ recipientCount: 1, counts: { sent: 1 }, credits: { spent: 1 } });
    expect(await scene.credits()).toMatchObject({ totalSpend: credits.totalSpend, heldCredit: 0 });
    expect(await scene.ledger()).toEqual([]);
    const asked = { organizationId: scene.acme.organizationId, email: null, includeGraylisted: true };
    for (const one of [first, second])
      expect(await suppressionOf(scene.ctx, { ...asked, customerId: null, phone: one })).toBe('blacklisted');
    // whoever brings the same address again is known by it
    const again = await json(call('POST', '/v1/customers', { firstName: 'Yeni', phone: second }));
    const quoted = await json(
      call('POST', '/v1/campaigns/quote', { ...campaign, audience: { customerIds: [again.id] } }),
    );
    expect(quoted).toMatchObject({ recipientCount: 0, excluded: [{ reason: 'blacklisted', count: 1 }] });
    expect((await scene.write({ customerId: again.id, text: 'x' })).status).toBe(409);
    const renewed = await json(call('POST', '/v1/suppressions', { phone: second, level: 'blacklist' }));
    expect(renewed.data).toMatchObject([{ phone: second }]);
  });

  it('who waits in a campaign that runs is passed over', async () => {
    const made = await person();
    const body = { name: 'Yaz', channel: 'whatsapp', text: 'x', startAt: '2026-03-20T12:00:00+03:00' };
    const { id } = await json(call('POST', '/v1/campaigns', { ...body, audience: { customerIds: [made.id] } }));
    await call('POST', `/v1/customers/${made.id}/erase`);
    scene.clock.set('2026-03-20T10:00:00Z');
    await scene.drain();
    await scene.pump();
    await scene.drain();
    const { data } = await json(call('GET', `/v1/campaigns/${id}/recipients`));
    expect(data).toMatchObject([
      { status: 'skipped', statusReason: 'customer-deleted', name: '', address: expect.stringMatching(/^erased-/) },
    ]);
  });
});

/** Every row of every table that says it. */
async function wordsOf(said: RegExp): Promise<string[]> {
  const tables = await scene.ctx.db.execute<{ name: string }>(sql`
    select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'
      and table_name <> 'idempotency_keys'`);
  const found: string[] = [];
  for (const { name } of tables) {
    const rows = await scene.ctx.db.execute<{ text: string }>(
      sql`select t::text as text from ${sql.identifier(name)} t`,
    );
    found.push(...rows.filter(({ text }) => said.test(text)).map(({ text }) => `${name}: ${text}`));
  }
  return found;
}
