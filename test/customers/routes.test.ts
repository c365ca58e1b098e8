import { and, eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { activities } from '#src/db/schema/activities.ts';
import { customers } from '#src/db/schema/customers.ts';
import { groupMembers } from '#src/db/schema/groups.ts';
import { newId } from '#src/platform/ids.ts';
import type { Member } from '#test/support/cast.ts';
import { createWorld } from '#test/support/world.ts';

// biome-ignore lint/suspicious/noExplicitAny: answers are looked at field by field
type Json = any;
const json = async (answer: Response | Promise<Response>): Promise<Json> => (await answer).json();
const paths = (problem: Json): string[] => problem.errors.map((error: { path: string }) => error.path);
const add = (member: Member, body: object) => json(member.call('POST', '/v1/customers', body));
const names = async (member: Member, query = ''): Promise<string[]> =>
  (await json(member.call('GET', `/v1/customers${query}`))).data.map((c: { firstName: string }) => c.firstName);

describe('POST /v1/customers', () => {
  it('201: keeps a customer, his phone as E.164, his country from it, and writes down who did it', async () => {
    await using world = await createWorld();
    const { acme } = world;
    const answer = await acme.call('POST', '/v1/customers', {
      firstName: '  İpek  Su ',
      lastName: 'Şahin',
      phone: '0(532) 555 66 77',
      email: ' Ipek@Example.COM ',
      source: 'Instagram',
      consultantId: acme.userId,
      tags: ['vip', ' vip', 'yeni'],
      note: 'Pazartesi\r\narayacak',
    });
    expect(answer.status).toBe(201);
    const customer = await json(answer);
    expect(customer).toEqual({
      id: expect.any(String),
      firstName: 'İpek Su',
      lastName: 'Şahin',
      phone: '+905325556677',
      phones: [],
      email: 'ipek@example.com',
      emails: [],
      countryCode: 'TR',
      city: null,
      language: null,
      birthday: null,
      customFields: {},
      lastContactedChannel: null,
      createdBy: { type: 'user', id: acme.userId, name: 'acme' },
      source: 'Instagram',
      consultantId: acme.userId,
      tags: ['vip', 'yeni'],
      note: 'Pazartesi\narayacak',
      marketingConsent: {
        email: false,
        whatsapp: false,
        emailGivenAt: null,
        whatsappGivenAt: null,
        unsubscribedAt: null,
      },
      lastContactedAt: null,
      createdAt: '2026-03-02T09:00:00.000Z',
      updatedAt: '2026-03-02T09:00:00.000Z',
    });
    expect(await json(acme.call('GET', `/v1/customers/${customer.id}`))).toEqual(customer);
    const [activity] = await world.ctx.db.select().from(activities).where(eq(activities.subjectId, customer.id));
    expect(activity).toMatchObject({
      verb: 'customers.create',
      userId: acme.userId,
      organizationId: acme.organizationId,
    });
  });

  it('201: a first name is enough', async () => {
    await using world = await createWorld();
    const body = { firstName: 'Ada', lastName: '', phone: '', email: null, tags: [] };
    expect(await add(world.acme, body)).toMatchObject({
      firstName: 'Ada',
      lastName: null,
      phone: null,
      email: null,
      countryCode: null,
    });
  });

  it('201: the country given wins over the one of the phone', async () => {
    await using world = await createWorld();
    expect(await add(world.acme, { firstName: 'A', phone: '+4915123456789', countryCode: 'tr' })).toMatchObject({
      countryCode: 'TR',
    });
    expect(await add(world.acme, { firstName: 'B', phone: '+4915123456780' })).toMatchObject({ countryCode: 'DE' });
  });

  it('409: names the customer who has the phone; another organization may have it too', async () => {
    await using world = await createWorld();
    const answer = await world.acme.call('POST', '/v1/customers', { firstName: 'Ayşe', phone: '0532 111 00 01' });
    expect(answer.status).toBe(409);
    expect(await json(answer)).toMatchObject({ code: 'already-exists', customerId: world.customers.ayse });
    expect(
      (await world.globex.call('POST', '/v1/customers', { firstName: 'Ayşe', phone: '0532 111 00 01' })).status,
    ).toBe(201);
  });

  it('409: of two at once, one gets the phone', async () => {
    await using world = await createWorld();
    const body = { firstName: 'Ece', phone: '0532 777 00 00' };
    const answers = await Promise.all([1, 2, 3, 4].map(() => world.acme.call('POST', '/v1/customers', body)));
    expect(answers.map((answer) => answer.status).sort()).toEqual([201, 409, 409, 409]);
  });

  it('400: says what is wrong where, and keeps nothing', async () => {
    await using world = await createWorld();
    const wrong: [object, string[]][] = [
      [{}, ['firstName']],
      [{ firstName: ' \t ' }, ['firstName']],
      [{ firstName: 'x'.repeat(101) }, ['firstName']],
      [{ firstName: 'a\0b' }, ['firstName']],
      [{ firstName: '\ud800' }, ['firstName']],
      [{ firstName: 'A', phone: '0850 123 45 67', email: 'İpek@example.com' }, ['phone', 'email']],
      [{ firstName: 'A', phone: 5321234567 }, ['phone']],
      [{ firstName: 'A', countryCode: 'XX' }, ['countryCode']],
      [{ firstName: 'A', tags: ['x'.repeat(51)] }, ['tags[0]']],
      [{ firstName: 'A', tags: Array.from({ length: 51 }, (_, i) => String(i)) }, ['tags']],
      [{ firstName: 'A', note: 'x'.repeat(5001) }, ['note']],
      [{ firstName: 'A', consultantId: 'me' }, ['consultantId']],
      [{ firstName: 'A', marketingConsent: { email: true } }, ['marketingConsent.source']],
      [{ firstName: 'A', marketingConsent: { email: 'yes', source: 'form' } }, ['marketingConsent.email']],
      [{ firstName: 'A', marketingConsent: { source: 'form' } }, ['marketingConsent']],
      [{ firstName: 'A', marketingConsent: null }, ['marketingConsent']],
      [
        { firstName: 'A', marketingConsent: { email: true, source: 'form', givenAt: '2026-03-02T09:00:01Z' } },
        ['marketingConsent.givenAt'],
      ],
      [{ firstName: 'A', organizationId: newId() }, ['organizationId']],
    ];
    for (const [body, expected] of wrong) {
      const answer = await world.acme.call('POST', '/v1/customers', body);
      expect(answer.status, JSON.stringify(body)).toBe(400);
      expect(paths(await json(answer))).toEqual(expected);
    }
    expect(await names(world.acme)).toHaveLength(4);
  });

  it('400: a consultant is a user of the organization; the reason comes in the caller’s language', async () => {
    await using world = await createWorld();
    const body = { firstName: 'A', consultantId: world.globex.userId };
    const problem = await json(world.acme.call('POST', '/v1/customers', body, { 'accept-language': 'tr' }));
    expect(problem.errors).toEqual([{ path: 'consultantId', message: 'Bu firmanın kullanıcısı değil' }]);
  });
});

describe('PATCH /v1/customers/{id}', () => {
  it('200: changes what is given, clears what is null, and is found by its new name', async () => {
    await using world = await createWorld();
    const { acme, clock } = world;
    const path = `/v1/customers/${world.customers.ayse}`;
    clock.advance({ minutes: 5 });
    const changed = await json(
      acme.call('PATCH', path, { firstName: 'Aysel', email: null, phone: '+49 151 23456789', tags: ['x'] }),
    );
    expect(changed).toMatchObject({
      firstName: 'Aysel',
      lastName: 'Yilmaz',
      email: null,
      phone: '+4915123456789',
      countryCode: 'DE',
      tags: ['x'],
      updatedAt: '2026-03-02T09:05:00.000Z',
    });
    expect(await names(acme, '?search=aysel+151234')).toEqual(['Aysel']);
    expect(await json(acme.call('PATCH', path, {}))).toEqual(changed);
    expect(await json(acme.call('PATCH', path, { countryCode: 'FR' }))).toMatchObject({ countryCode: 'FR' });
    expect(await json(acme.call('PATCH', path, { phone: '0532 111 00 01' }))).toMatchObject({
      countryCode: 'FR',
      phone: '+905321110001',
    });
  });

  it('409: the phone of another customer, and nothing is saved; his own phone is no clash', async () => {
    await using world = await createWorld();
    const path = `/v1/customers/${world.customers.ayse}`;
    const answer = await world.acme.call('PATCH', path, { firstName: 'Zeynep', phone: '0532 111 00 02' });
    expect(answer.status).toBe(409);
    expect(await json(answer)).toMatchObject({ code: 'already-exists', customerId: world.customers.burak });
    expect(await json(world.acme.call('GET', path))).toMatchObject({ firstName: 'Ayşe', phone: '+905321110001' });
    expect((await world.acme.call('PATCH', path, { phone: '0532 111 00 01' })).status).toBe(200);
  });

  it('409 and no 500: two customers who swap phones at once', async () => {
    await using world = await createWorld();
    const { acme, customers: cast } = world;
    for (let round = 0; round < 5; round++) {
      const [a, b] = await Promise.all([
        acme.call('PATCH', `/v1/customers/${cast.ayse}`, { phone: '+905321110002' }),
        acme.call('PATCH', `/v1/customers/${cast.burak}`, { phone: '+905321110001' }),
      ]);
      expect([a.status, b.status]).toEqual([409, 409]);
    }
  });

  it('400: what POST refuses, and a first name cannot be cleared', async () => {
    await using world = await createWorld();
    const path = `/v1/customers/${world.customers.ayse}`;
    for (const body of [
      { firstName: null },
      { firstName: '' },
      { phone: 'x' },
      { email: 'x' },
      { consultantId: world.globex.userId },
      { id: newId() },
    ])
      expect((await world.acme.call('PATCH', path, body)).status, JSON.stringify(body)).toBe(400);
  });
});

describe('DELETE /v1/customers/{id}', () => {
  it('204: frees the phone, leaves the groups; the second time 404', async () => {
    await using world = await createWorld();
    const { acme } = world;
    const id = world.customers.ayse;
    const group = await json(acme.call('POST', '/v1/groups', { name: 'VIP' }));
    await acme.call('POST', `/v1/groups/${group.id}/customers`, { customerIds: [id] });
    expect((await acme.call('DELETE', `/v1/customers/${id}`)).status).toBe(204);
    expect((await acme.call('DELETE', `/v1/customers/${id}`)).status).toBe(404);
    expect((await acme.call('GET', `/v1/customers/${id}`)).status).toBe(404);
    expect((await acme.call('PATCH', `/v1/customers/${id}`, { firstName: 'A' })).status).toBe(404);
    expect(await world.ctx.db.select().from(groupMembers).where(eq(groupMembers.customerId, id))).toEqual([]);
    expect((await acme.call('POST', '/v1/customers', { firstName: 'Ayşe', phone: '0532 111 00 01' })).status).toBe(201);
    expect(await world.ctx.db.select().from(customers).where(eq(customers.id, id))).toMatchObject([
      { firstName: 'Ayşe' },
    ]);
  });

  it('204 once: of two at once, one deletes', async () => {
    await using world = await createWorld();
    const path = `/v1/customers/${world.customers.ayse}`;
    const answers = await Promise.all([1, 2, 3].map(() => world.acme.call('DELETE', path)));
    expect(answers.map((answer) => answer.status).sort()).toEqual([204, 404, 404]);
    const done = and(eq(activities.verb, 'customers.delete'), eq(activities.subjectId, world.customers.ayse));
    expect(await world.ctx.db.select().from(activities).where(done)).toHaveLength(1);
  });
});

it('404: another organization’s customer, an unknown id, what is no id', async () => {
  await using world = await createWorld();
  for (const [member, id] of [
    [world.globex, world.customers.ayse],
    [world.acme, newId()],
    [world.acme, 'x'],
  ] as const)
    for (const [method, body] of [['GET'], ['PATCH', { firstName: 'A' }], ['DELETE']] as [string, object?][])
      expect((await member.call(method, `/v1/customers/${id}`, body)).status, `${method} ${id}`).toBe(404);
  expect(await names(world.acme)).toContain('Ayşe');
});

it('401: nobody signed in', async () => {
  await using world = await createWorld();
  const routes = ['GET /v1/customers', 'POST /v1/customers', 'POST /v1/customers/import', `GET /v1/imports/${newId()}`];
  for (const route of [
    ...routes,
    ...['GET', 'PATCH', 'DELETE'].map((method) => `${method} /v1/customers/${world.customers.ayse}`),
  ])
    expect((await world.call(...(route.split(' ') as [string, string]))).status, route).toBe(401);
});

it('415 and 413: a body that is no JSON, or too much of it', async () => {
  await using world = await createWorld();
  const { acme } = world;
  expect((await acme.call('POST', '/v1/customers', 'firstName=A', { 'content-type': 'text/plain' })).status).toBe(415);
  expect((await acme.call('POST', '/v1/customers', { firstName: 'A', note: 'x'.repeat(1_100_000) })).status).toBe(413);
});
