import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { audienceSql } from '#src/customers/audience-query.ts';
import { suppressionOf } from '#src/customers/is-suppressed.ts';
import { recordOptOut } from '#src/customers/record-opt-out.ts';
import type { Member } from '#test/support/cast.ts';
import { createWorld, type World } from '#test/support/world.ts';
import { barOf } from './consenting.ts';

// biome-ignore lint/suspicious/noExplicitAny: answers are looked at field by field
type Json = any;
let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

const json = async (answer: Response | Promise<Response>): Promise<Json> => (await answer).json();
const add = (body: object, member: Member = world.acme) => json(member.call('POST', '/v1/customers', body));
const change = (id: string, body: object) => world.acme.call('PATCH', `/v1/customers/${id}`, body);
let last = 0;
const phone = () => `+90533${String(1_000_000 + ++last)}`;
const email = () => `someone${++last}@example.com`;

describe('several addresses', () => {
  it('201, 200: further ones beside the primary, each once, with what they are called; found by any of them', async () => {
    const [first, work, mother] = [phone(), phone(), phone()];
    const [mail, other] = [email(), email()];
    const phones = [{ phone: work, label: ' iş  yeri ' }, { phone: mother }, { phone: work }, { phone: first }];
    const made = await add({
      firstName: 'Işıl',
      phone: first,
      phones,
      email: mail,
      emails: [{ email: other.toUpperCase() }],
    });
    const further = [
      { phone: work, label: 'iş yeri' },
      { phone: mother, label: null },
    ];
    expect(made).toMatchObject({ phone: first, email: mail, emails: [{ email: other, label: null }] });
    expect(made.phones).toEqual(expect.arrayContaining(further));
    expect(made.phones).toHaveLength(2);
    const found = await json(world.acme.call('GET', `/v1/customers?search=${work.slice(3)}`));
    expect(found.data.map(({ id }: Json) => id)).toEqual([made.id]);
    expect(await json(world.acme.call('GET', `/v1/customers/${made.id}`))).toEqual(made);
    const fewer = await json(change(made.id, { phones: [{ phone: mother, label: 'annesi' }], note: 'x' }));
    expect(fewer).toMatchObject({ phone: first, phones: [{ phone: mother, label: 'annesi' }], email: mail });
    expect((await add({ firstName: 'Can', phone: work })).phone).toBe(work);
  });

  it('200: another becomes the primary with one call, and the primary one of the others; what is new takes its place', async () => {
    const [first, second, third] = [phone(), phone(), phone()];
    const made = await add({ firstName: 'Ece', phone: first, phones: [{ phone: second, label: 'iş' }] });
    const swapped = await json(change(made.id, { phone: second }));
    expect(swapped).toMatchObject({ phone: second, phones: [{ phone: first, label: null }] });
    expect(await json(change(made.id, { phone: third }))).toMatchObject({ phone: third, phones: [{ phone: first }] });
    expect(await json(change(made.id, { phone: null }))).toMatchObject({ phone: null, phones: [{ phone: first }] });
    expect((await add({ firstName: 'Yeni', phone: second })).phone).toBe(second);
  });

  it('400: says which of them is none; 11 are too many; the history is not written by hand', async () => {
    const wrong: [object, string[]][] = [
      [
        { phones: [{ phone: phone() }, { phone: '12' }], emails: [{ email: 'x' }] },
        ['phones[1].phone', 'emails[0].email'],
      ],
      [{ phones: Array.from({ length: 11 }, () => ({ phone: phone() })) }, ['phones']],
      [{ phones: ['0532 111 22 33'] }, ['phones[0]']],
      [{ lastContactedAt: '2026-01-01T00:00:00Z' }, ['lastContactedAt']],
      [{ lastContactedChannel: 'sms' }, ['lastContactedChannel']],
      [{ createdBy: { type: 'user' } }, ['createdBy']],
      [{ birthday: '2026-02-30' }, ['birthday']],
      [{ birthday: '2026-03-04' }, ['birthday']],
      [{ birthday: '1899-12-31' }, ['birthday']],
      [{ language: 'xx' }, ['language']],
      [{ city: 'x'.repeat(101) }, ['city']],
    ];
    for (const [body, at] of wrong) {
      const answer = await world.acme.call('POST', '/v1/customers', { firstName: 'A', ...body });
      expect(answer.status, JSON.stringify(body)).toBe(400);
      expect((await json(answer)).errors.map(({ path }: Json) => path)).toEqual(at);
    }
    const kept = await add({ firstName: 'A', birthday: '1984-02-29', language: ' TR ', city: ' Muğla ' });
    expect(kept).toMatchObject({ birthday: '1984-02-29', language: 'tr', city: 'Muğla' });
    expect(await json(change(kept.id, { birthday: null, city: '' }))).toMatchObject({ birthday: null, city: null });
  });
});

describe('twins', () => {
  it('409: names the twin, by a phone of either kind; by an email unless allowed; never another organization’s', async () => {
    const [one, two, mail] = [phone(), phone(), email()];
    const twin = await add({ firstName: 'Ali', lastName: 'Öz', phone: one, phones: [{ phone: two }], email: mail });
    const refusal = { status: 409, code: 'already-exists', customerId: twin.id, name: 'Ali Öz' };
    for (const body of [{ phone: two }, { phones: [{ phone: one }] }, { phone: one, allowDuplicate: true }])
      expect(await add({ firstName: 'B', ...body })).toMatchObject({ ...refusal, matchedBy: 'phone' });
    for (const body of [{ email: mail }, { emails: [{ email: mail }] }])
      expect(await add({ firstName: 'B', ...body })).toMatchObject({ ...refusal, matchedBy: 'email' });
    const wife = await add({ firstName: 'Ayla', email: mail, allowDuplicate: true });
    expect(wife.email).toBe(mail);
    const other = await add({ firstName: 'C' });
    expect(await json(change(other.id, { phones: [{ phone: two }] }))).toMatchObject({
      ...refusal,
      matchedBy: 'phone',
    });
    expect(await json(change(other.id, { emails: [{ email: mail }] }))).toMatchObject({ matchedBy: 'email' });
    // what he has already is not asked about again
    expect((await change(wife.id, { email: mail, note: 'x' })).status).toBe(200);
    expect((await world.globex.call('POST', '/v1/customers', { firstName: 'D', phone: two, email: mail })).status).toBe(
      201,
    );
  });

  it('409 for all but one: the same phone at once, as primary and as another, created and changed', async () => {
    const [contested, mail] = [phone(), email()];
    const old = await add({ firstName: 'Eski' });
    const answers = await Promise.all([
      world.acme.call('POST', '/v1/customers', { firstName: 'A', phone: contested }),
      world.acme.call('POST', '/v1/customers', { firstName: 'B', phone: phone(), phones: [{ phone: contested }] }),
      change(old.id, { phones: [{ phone: contested }] }),
      world.acme.call('POST', '/v1/customers', { firstName: 'C', phones: [{ phone: contested }] }),
    ]);
    expect(answers.map(({ status }) => status).filter((status) => status < 300)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(3);
    const mails = await Promise.all(
      [1, 2, 3].map(() => world.acme.call('POST', '/v1/customers', { firstName: 'M', email: mail })),
    );
    expect(mails.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
  });

  it('409 at worst: two who exchange phones at the same moment', async () => {
    const [one, two] = [phone(), phone()];
    const [a, b] = [await add({ firstName: 'A', phone: one }), await add({ firstName: 'B', phone: two })];
    const answers = await Promise.all([change(a.id, { phone: two }), change(b.id, { phone: one })]);
    for (const { status } of answers) expect([200, 409]).toContain(status);
  });
});

describe('what closes a customer', () => {
  const asked = (customerId: string, at: string | null) =>
    suppressionOf(world.ctx, {
      organizationId: world.acme.organizationId,
      customerId,
      phone: at,
      email: null,
      includeGraylisted: false,
    });
  const exclusion = async (id: string, channel: 'whatsapp' | 'email'): Promise<string | null> =>
    (
      await world.ctx.db.execute<{ exclusion: string | null }>(
        await audienceSql(world.acme.ctx, { customerIds: [id] }, channel),
      )
    )[0]!.exclusion;

  it('any address of his on the blacklist: in the audience, at the claim, for mail and for chat', async () => {
    const [first, second, mail, other] = [phone(), phone(), email(), email()];
    const marketingConsent = { email: true, whatsapp: true, source: 'form' };
    const body = {
      phone: first,
      phones: [{ phone: second }],
      email: mail,
      emails: [{ email: other }],
      marketingConsent,
    };
    for (const barred of [{ phone: second }, { email: other }]) {
      const { id } = await add({ firstName: 'K', ...body });
      expect([await exclusion(id, 'whatsapp'), await exclusion(id, 'email')]).toEqual([null, null]);
      expect([await asked(id, first), await asked(id, second), await barOf(world.acme.ctx, id, mail)]).toEqual([
        null,
        null,
        null,
      ]);
      const { data } = await json(world.acme.call('POST', '/v1/suppressions', { ...barred, level: 'blacklist' }));
      expect([await exclusion(id, 'whatsapp'), await exclusion(id, 'email')]).toEqual(['blacklisted', 'blacklisted']);
      expect([await asked(id, first), await barOf(world.acme.ctx, id, mail)]).toEqual(['blacklisted', 'blacklisted']);
      await world.acme.call('DELETE', `/v1/suppressions/${data[0].id}`);
      expect(await asked(id, first)).toBeNull();
      await world.acme.call('POST', `/v1/customers/${id}/erase`);
    }
  });

  it('a graylisted phone of his; and a phone that is his no more is a changed one', async () => {
    const [first, second] = [phone(), phone()];
    const { id } = await add({ firstName: 'G', phone: first, phones: [{ phone: second }] });
    await world.acme.call('POST', '/v1/suppressions', { phone: second, level: 'graylist' });
    expect([await exclusion(id, 'whatsapp'), await asked(id, first)]).toEqual(['graylisted', 'graylisted']);
    await change(id, { phones: [] });
    expect([await asked(id, first), await asked(id, second)]).toEqual([null, 'phone-changed']);
  });

  it('201: a customer stands for all his addresses, and an opt-out from one phone closes every phone of his', async () => {
    const [first, second, mail, other] = [phone(), phone(), email(), email()];
    const body = { phone: first, phones: [{ phone: second }], email: mail, emails: [{ email: other }] };
    const { id } = await add({ firstName: 'S', ...body });
    const { data } = await json(world.acme.call('POST', '/v1/suppressions', { customerId: id, level: 'blacklist' }));
    expect(data.map((row: Json) => row.phone ?? row.email)).toEqual([first, second, mail, other]);
    const [one, two] = [phone(), phone()];
    const person = await add({ firstName: 'D', phone: one, phones: [{ phone: two }] });
    const evidence = { text: 'DUR', receivedAt: '2026-03-02T09:00:00Z', instanceId: person.id, messageId: 'M' };
    const optOut = { organizationId: world.acme.organizationId, phone: two, spellings: [two], evidence };
    expect(await recordOptOut(world.ctx, optOut)).toMatchObject({ customerId: person.id });
    expect(await recordOptOut(world.ctx, optOut)).toBeNull();
    await change(person.id, { phone: one, phones: [] });
    expect(await asked(person.id, one)).toBe('blacklisted');
  });

  it('is found by keys alone, however many customers and suppressions there are', async () => {
    const { id } = await add({ firstName: 'P', phone: phone() });
    await world.ctx.db.execute(sql`
      with many as (
        insert into customers (organization_id, first_name, phone) select ${world.acme.organizationId}, 'N', '+90544' || (1000000 + n)
        from generate_series(1, 3000) n returning id, organization_id, phone)
      insert into suppressions (organization_id, phone, level) select organization_id, phone, 'blacklist' from many`);
    await world.ctx.db.execute(sql`analyze customers, customer_addresses, suppressions`);
    for (const channel of ['whatsapp', 'email'] as const) {
      const plan = await world.ctx.db.execute<{ 'QUERY PLAN': string }>(
        sql`explain ${await audienceSql(world.acme.ctx, { customerIds: [id] }, channel)}`,
      );
      const text = plan.map((row) => row['QUERY PLAN']).join('\n');
      expect(text).not.toMatch(/Seq Scan on (customers|customer_addresses|suppressions)/);
    }
  });
});
