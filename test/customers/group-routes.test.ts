import { describe, expect, it } from 'vitest';
import { newId } from '#src/platform/ids.ts';
import type { Member } from '#test/support/cast.ts';
import { createWorld } from '#test/support/world.ts';

// biome-ignore lint/suspicious/noExplicitAny: answers are looked at field by field
type Json = any;
const json = async (answer: Response | Promise<Response>): Promise<Json> => (await answer).json();
const addGroup = (member: Member, name: string) => json(member.call('POST', '/v1/groups', { name }));

describe('groups', () => {
  it('201, 200, 204: made, listed with their number of customers, renamed, deleted', async () => {
    await using world = await createWorld();
    const { acme } = world;
    const { ayse, burak } = world.customers;
    const vip = await addGroup(acme, '  Özel   Müşteriler ');
    expect(vip).toEqual({
      id: expect.any(String),
      name: 'Özel Müşteriler',
      customerCount: 0,
      createdAt: '2026-03-02T09:00:00.000Z',
      updatedAt: '2026-03-02T09:00:00.000Z',
    });
    const other = await addGroup(acme, 'Yeni');
    await acme.call('POST', `/v1/groups/${vip.id}/customers`, { customerIds: [ayse, burak] });
    const { data } = await json(acme.call('GET', '/v1/groups'));
    expect(data.map((g: Json) => [g.name, g.customerCount])).toEqual([
      ['Yeni', 0],
      ['Özel Müşteriler', 2],
    ]);
    const page = await json(acme.call('GET', '/v1/groups?limit=1'));
    expect((await json(acme.call('GET', `/v1/groups?limit=1&cursor=${page.nextCursor}`))).data[0].id).toBe(vip.id);
    expect(await json(acme.call('PATCH', `/v1/groups/${vip.id}`, { name: 'VIP' }))).toMatchObject({
      name: 'VIP',
      customerCount: 2,
    });
    expect(await json(acme.call('GET', `/v1/groups/${vip.id}`))).toMatchObject({ name: 'VIP', customerCount: 2 });
    expect((await world.globex.call('GET', `/v1/groups/${vip.id}`)).status).toBe(404);
    expect((await acme.call('DELETE', `/v1/groups/${vip.id}`)).status).toBe(204);
    expect((await acme.call('GET', `/v1/groups/${vip.id}`)).status).toBe(404);
    expect((await acme.call('DELETE', `/v1/groups/${vip.id}`)).status).toBe(404);
    expect((await json(acme.call('GET', '/v1/groups'))).data.map((g: Json) => g.id)).toEqual([other.id]);
    expect((await acme.call('GET', `/v1/customers/${ayse}`)).status).toBe(200);
  });

  it('409: a name that is taken, however cased; another organization may have it too', async () => {
    await using world = await createWorld();
    const { acme, globex } = world;
    const vip = await addGroup(acme, 'Vip Şişli');
    const other = await addGroup(acme, 'Yeni');
    const made = await acme.call('POST', '/v1/groups', { name: 'VIP ŞIŞLI' });
    expect(made.status).toBe(409);
    expect(await json(made)).toMatchObject({ code: 'already-exists', groupId: vip.id });
    const renamed = await acme.call('PATCH', `/v1/groups/${other.id}`, { name: 'vip şişli' });
    expect(renamed.status).toBe(409);
    expect(await json(renamed)).toMatchObject({ groupId: vip.id });
    expect((await acme.call('PATCH', `/v1/groups/${vip.id}`, { name: 'VIP şişli' })).status).toBe(200);
    expect((await globex.call('POST', '/v1/groups', { name: 'Vip Şişli' })).status).toBe(201);
  });

  it('201 once: of several made at once with one name', async () => {
    await using world = await createWorld();
    const answers = await Promise.all([1, 2, 3].map(() => world.acme.call('POST', '/v1/groups', { name: 'A' })));
    expect(answers.map((answer) => answer.status).sort()).toEqual([201, 409, 409]);
  });

  it('400: a group has one name of 1 to 100 characters, and nothing else', async () => {
    await using world = await createWorld();
    const { id } = await addGroup(world.acme, 'Z');
    for (const body of [
      {},
      { name: '' },
      { name: '  ' },
      { name: 'x'.repeat(101) },
      { name: 1 },
      { name: 'A', color: 'red' },
    ]) {
      expect((await world.acme.call('POST', '/v1/groups', body)).status, JSON.stringify(body)).toBe(400);
      expect((await world.acme.call('PATCH', `/v1/groups/${id}`, body)).status, JSON.stringify(body)).toBe(400);
    }
  });
});

describe('/v1/groups/{id}/customers', () => {
  it('200: adding and removing again changes nothing more', async () => {
    await using world = await createWorld();
    const { acme } = world;
    const { ayse, burak, ceren } = world.customers;
    const path = `/v1/groups/${(await addGroup(acme, 'A')).id}/customers`;
    expect((await json(acme.call('POST', path, { customerIds: [ayse, burak, ayse] }))).customerCount).toBe(2);
    expect((await json(acme.call('POST', path, { customerIds: [burak, ceren] }))).customerCount).toBe(3);
    const { data } = await json(acme.call('GET', path));
    expect(data.map((c: Json) => c.id)).toEqual([ceren, burak, ayse]);
    expect((await json(acme.call('DELETE', path, { customerIds: [ayse] }))).customerCount).toBe(2);
    expect((await json(acme.call('DELETE', path, { customerIds: [ayse] }))).customerCount).toBe(2);
    await acme.call('DELETE', `/v1/customers/${burak}`);
    const first = await json(acme.call('GET', `${path}?limit=1`));
    expect(first).toMatchObject({ data: [{ id: ceren }], nextCursor: null });
  });

  it('200: the same customers added many times at once are members once', async () => {
    await using world = await createWorld();
    const { acme } = world;
    const path = `/v1/groups/${(await addGroup(acme, 'A')).id}/customers`;
    const customerIds = Object.values(world.customers);
    const orders = [customerIds, customerIds.toReversed(), customerIds, customerIds.toReversed()];
    const answers = await Promise.all(orders.map((ids) => acme.call('POST', path, { customerIds: ids })));
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200, 200]);
    expect((await json(acme.call('GET', path))).data).toHaveLength(4);
  });

  it('400: unknown, deleted and foreign customers are named by their place, and nobody is added', async () => {
    await using world = await createWorld();
    const { acme, globex } = world;
    const { ayse, burak } = world.customers;
    const foreign = await json(globex.call('POST', '/v1/customers', { firstName: 'F' }));
    await acme.call('DELETE', `/v1/customers/${burak}`);
    const path = `/v1/groups/${(await addGroup(acme, 'A')).id}/customers`;
    for (const method of ['POST', 'DELETE']) {
      const answer = await acme.call(method, path, { customerIds: [ayse, newId(), foreign.id, burak] });
      expect(answer.status).toBe(400);
      expect((await json(answer)).errors.map((e: Json) => e.path)).toEqual([
        'customerIds[1]',
        'customerIds[2]',
        'customerIds[3]',
      ]);
    }
    expect((await json(acme.call('GET', path))).data).toEqual([]);
  });

  it('400: none, too many, no ids', async () => {
    await using world = await createWorld();
    const path = `/v1/groups/${(await addGroup(world.acme, 'A')).id}/customers`;
    for (const customerIds of [[], Array.from({ length: 1001 }, newId), ['x'], 'x', undefined])
      expect((await world.acme.call('POST', path, { customerIds })).status).toBe(400);
  });
});

it('404: another organization’s group, an unknown one, what is no id; 401: nobody signed in', async () => {
  await using world = await createWorld();
  const { id } = await addGroup(world.acme, 'A');
  const body = { customerIds: [world.customers.ayse] };
  const tries: [string, string, object?][] = [
    ['GET', ''],
    ['PATCH', '', { name: 'B' }],
    ['GET', '/customers'],
    ['POST', '/customers', body],
    ['DELETE', '/customers', body],
    ['DELETE', ''],
  ];
  for (const [method, below, body] of tries) {
    for (const [member, group] of [
      [world.globex, id],
      [world.acme, newId()],
      [world.acme, 'x'],
    ] as const)
      expect((await member.call(method, `/v1/groups/${group}${below}`, body)).status, `${method} ${below}`).toBe(404);
    expect((await world.call(method, `/v1/groups/${id}${below}`, body)).status).toBe(401);
  }
  for (const method of ['GET', 'POST']) expect((await world.call(method, '/v1/groups')).status).toBe(401);
  expect((await json(world.globex.call('GET', '/v1/groups'))).data).toEqual([]);
});
