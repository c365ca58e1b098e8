import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWorld, type World } from '#test/support/world.ts';

// biome-ignore lint/suspicious/noExplicitAny: answers are looked at field by field
type Json = any;
let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

const json = async (answer: Response | Promise<Response>): Promise<Json> => (await answer).json();
const define = (body: object) => world.acme.call('POST', '/v1/custom-fields', { label: 'Etiket', ...body });
const keys = async () =>
  (await json(world.acme.call('GET', '/v1/custom-fields?limit=200'))).data.map(({ key }: Json) => key);

describe('/v1/custom-fields', () => {
  it('201, 200, 204: one by one in their order, a page after the other; another organization sees none of them', async () => {
    const first = await json(define({ key: 'size', type: 'select', options: ['S', ' M ', 'S'], position: 2 }));
    expect(first).toMatchObject({ key: 'size', label: 'Etiket', type: 'select', options: ['S', 'M'], position: 2 });
    const second = await json(define({ key: 'vip', type: 'boolean', position: 1 }));
    const third = await json(define({ key: 'paid', type: 'number' }));
    expect(third.position).toBe(3);
    const page = await json(world.acme.call('GET', '/v1/custom-fields?limit=2'));
    expect(page.data.map(({ id }: Json) => id)).toEqual([second.id, first.id]);
    const rest = await json(world.acme.call('GET', `/v1/custom-fields?cursor=${page.nextCursor}`));
    expect(rest).toEqual({ data: [third], nextCursor: null });
    expect(await json(world.acme.call('GET', `/v1/custom-fields/${first.id}`))).toEqual(first);
    const changes = { label: 'Beden', options: ['L'], position: 0 };
    const changed = await json(world.acme.call('PATCH', `/v1/custom-fields/${first.id}`, changes));
    expect(changed).toMatchObject({ ...changes, key: 'size', type: 'select' });
    for (const [method, body] of [['GET'], ['PATCH', { label: 'x' }], ['DELETE']] as [string, object?][])
      expect((await world.globex.call(method, `/v1/custom-fields/${first.id}`, body)).status).toBe(404);
    expect((await json(world.globex.call('GET', '/v1/custom-fields'))).data).toEqual([]);
  });

  it('400: no key, no type, options where none belong or none are; 409: the key is in use', async () => {
    for (const body of [
      { key: 'çorap', type: 'text' },
      { key: '1st', type: 'text' },
      { key: 'x'.repeat(51), type: 'text' },
      { key: 'a', type: 'date-time' },
      { key: 'a', type: 'text', options: ['x'] },
      { key: 'a', type: 'select' },
      { key: 'a', type: 'select', options: [] },
      { key: 'a', type: 'multi-select', options: [''] },
      { key: 'a', type: 'text', label: '' },
      { key: 'a', type: 'text', position: -1 },
    ])
      expect((await define(body)).status, JSON.stringify(body)).toBe(400);
    expect(await json(define({ key: 'vip', type: 'text' }))).toMatchObject({ status: 409, code: 'already-exists' });
    const twins = await Promise.all([1, 2, 3].map(() => define({ key: 'twin', type: 'text' })));
    expect(twins.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
  });
});

describe('values', () => {
  it('200: kept as the type says; what is left out stays, null clears', async () => {
    for (const body of [
      { key: 'job', type: 'text' },
      { key: 'age', type: 'number' },
      { key: 'met', type: 'date' },
      { key: 'pets', type: 'multi-select', options: ['kedi', 'köpek', 'kuş'] },
      { key: 'plan', type: 'select', options: ['A', 'B'] },
    ])
      expect((await define(body)).status).toBe(201);
    const customFields = {
      job: ' Şef\r\naşçı ',
      age: -1.5,
      met: '2024-02-29',
      pets: ['kuş', 'kedi', 'kuş'],
      plan: 'B',
      vip: false,
    };
    const made = await json(world.acme.call('POST', '/v1/customers', { firstName: 'A', customFields }));
    const kept = { ...customFields, job: 'Şef\naşçı', pets: ['kedi', 'kuş'] };
    expect(made.customFields).toEqual(kept);
    const path = `/v1/customers/${made.id}`;
    const changed = await json(world.acme.call('PATCH', path, { customFields: { plan: 'A', age: null, job: '' } }));
    expect(changed.customFields).toEqual({ met: kept.met, pets: kept.pets, vip: false, plan: 'A' });
    const wrong: [object, string][] = [
      [{ age: '5' }, 'age'],
      [{ met: '2023-02-29' }, 'met'],
      [{ pets: 'kedi' }, 'pets'],
      [{ pets: ['balık'] }, 'pets'],
      [{ plan: 'C' }, 'plan'],
      [{ vip: 'evet' }, 'vip'],
      [{ job: 'x'.repeat(2001) }, 'job'],
      [{ unknown: 1 }, 'unknown'],
      [{ constructor: 1 }, 'constructor'],
    ];
    for (const [values, at] of wrong) {
      const answer = await world.acme.call('PATCH', path, { customFields: values });
      expect(answer.status, JSON.stringify(values)).toBe(400);
      expect((await json(answer)).errors).toMatchObject([{ path: `customFields.${at}` }]);
    }
    expect(
      (await json(world.globex.call('POST', '/v1/customers', { firstName: 'B', customFields: { vip: true } }))).code,
    ).toBe('invalid-request');
  });

  it('a deleted field is gone at once, its values soon, from everybody, also from the bin; its key is free afterwards', async () => {
    const { id } = await json(define({ key: 'gone', type: 'text' }));
    const made = await json(
      world.acme.call('POST', '/v1/customers', { firstName: 'A', customFields: { gone: 'x', vip: true } }),
    );
    const binned = await json(
      world.acme.call('POST', '/v1/customers', { firstName: 'B', customFields: { gone: 'y' } }),
    );
    await world.ctx.db.execute(sql`
      insert into customers (organization_id, first_name, custom_fields)
      select ${world.acme.organizationId}, 'N', '{"gone": "z", "age": 1}' from generate_series(1, 6000)`);
    await world.acme.call('DELETE', `/v1/customers/${binned.id}`);
    expect((await world.acme.call('DELETE', `/v1/custom-fields/${id}`)).status).toBe(204);
    expect((await world.acme.call('DELETE', `/v1/custom-fields/${id}`)).status).toBe(404);
    expect(await keys()).not.toContain('gone');
    const before = await json(world.acme.call('GET', `/v1/customers/${made.id}`));
    expect(before.customFields).toEqual({ vip: true });
    expect((await define({ key: 'gone', type: 'number' })).status).toBe(409);
    expect((await world.acme.call('PATCH', `/v1/customers/${made.id}`, { customFields: { gone: 'w' } })).status).toBe(
      400,
    );
    await world.drain();
    const left = await world.ctx.db.execute(sql`select from customers where custom_fields ? 'gone'`);
    expect(left).toHaveLength(0);
    expect(await world.ctx.db.execute(sql`select from customers where custom_fields ? 'age'`)).toHaveLength(6000);
    expect((await define({ key: 'gone', type: 'number' })).status).toBe(201);
  });

  it('400: more than 50 fields', async () => {
    const room = 50 - (await keys()).length;
    const more = await Promise.all(
      Array.from({ length: room + 1 }, (_, n) => define({ key: `many${n}`, type: 'text' })),
    );
    expect(more.filter(({ status }) => status === 201)).toHaveLength(room);
    expect(more.filter(({ status }) => status === 400)).toHaveLength(1);
  });
});
