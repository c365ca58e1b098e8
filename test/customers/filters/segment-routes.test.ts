import { eq, sql } from 'drizzle-orm';
import { afterAll, expect, it } from 'vitest';
import { customFields, segments } from '#src/db/schema/customer-records.ts';
import { customers } from '#src/db/schema/customers.ts';
import { groups } from '#src/db/schema/groups.ts';
import { newId } from '#src/platform/ids.ts';
import { createWorld } from '#test/support/world.ts';

// biome-ignore lint/suspicious/noExplicitAny: answers are looked at field by field
type Json = any;
const world = await createWorld();
afterAll(() => world[Symbol.asyncDispose]());
const { acme, globex } = world;

const vip = { field: 'tag', op: 'any', value: ['vip'] };
await world.ctx.db
  .update(customers)
  .set({ tags: ['vip'] })
  .where(eq(customers.id, world.customers.ayse));
const ask = async (
  method: string,
  path: string,
  body?: object,
  headers = {},
): Promise<{ status: number; body: Json }> => {
  const response = await acme.call(method as 'GET', path, body, headers);
  return { status: response.status, body: response.status === 204 ? null : await response.json() };
};
const make = async (name: string, filter: object) => (await ask('POST', '/v1/segments', { name, filter })).body;
const of = (id: string, op = 'any') => ({ field: 'segmentId', op, value: [id] });
const list = async (query: string) =>
  (await ask('GET', `/v1/customers?${query}`)).body.data.map(({ firstName }: Json) => firstName);
const first = async (table: typeof groups | typeof customFields, values: object): Promise<string> =>
  (
    await world.ctx.db
      .insert(table as typeof groups)
      .values({ organizationId: acme.organizationId, ...values } as never)
      .returning()
  )[0]!.id;

it('201: keeps a filter as it was meant, counts who is in it, says who did it; GET /v1/segments lists it', async () => {
  const made = await ask('POST', '/v1/segments', { name: '  Çok  iyi ', filter: { field: 'tag', value: ['vip '] } });
  expect(made).toMatchObject({
    status: 201,
    body: { name: 'Çok iyi', filter: vip, customerCount: 1, problems: [], createdBy: acme.userId },
  });
  const { id } = made.body;
  expect((await ask('GET', `/v1/segments/${id}`)).body).toEqual(made.body);
  expect((await ask('GET', '/v1/segments')).body.data[0]).toMatchObject({
    id,
    filter: vip,
    customerCount: null,
    problems: null,
  });
  expect(await ask('POST', '/v1/segments', { name: 'çok iyi', filter: vip })).toMatchObject({
    status: 409,
    body: { code: 'already-exists', segmentId: id },
  });
  const changed = await ask('PATCH', `/v1/segments/${id}`, { filter: { not: vip } });
  expect(changed.body).toMatchObject({ name: 'Çok iyi', customerCount: 3 });
  expect(await list(`segmentId=${id}`)).toEqual(['Deniz', 'Ceren', 'Burak']);
  expect((await ask('GET', `/v1/customers/count?segmentId=${id}&search=deniz`)).body).toEqual({ count: 1 });
  const verbs = await world.ctx.db.execute<{ verb: string }>(
    sql`select verb from activities where subject_id = ${id} order by created_at, id`,
  );
  expect(verbs.map(({ verb }) => verb)).toEqual(['segments.create', 'segments.update']);
  for (const path of [`/v1/segments/${id}`, `/v1/segments/${newId()}`])
    expect((await globex.call('GET', path)).status).toBe(404);
  expect((await globex.call('PATCH', `/v1/segments/${id}`, { name: 'x' })).status).toBe(404);
  expect((await globex.call('DELETE', `/v1/segments/${id}`)).status).toBe(404);
  expect((await ask('DELETE', `/v1/segments/${id}`)).status).toBe(204);
});

it('200: a preview counts and shows before anything is saved', async () => {
  const { body } = await ask('POST', '/v1/segments/preview', { filter: { not: vip } });
  expect(body.customerCount).toBe(3);
  expect(body.customers.map(({ firstName }: Json) => firstName)).toEqual(['Deniz', 'Ceren', 'Burak']);
});

it('what is gone: the segment says so and nobody is in it, neither where it says not, nor in a segment of it, nor in a campaign', async () => {
  const groupId = await first(groups, { name: 'Giden' });
  await first(customFields, { key: 'beden', label: 'Beden', type: 'text' });
  const outer = {
    not: {
      or: [
        { field: 'groupId', value: [groupId] },
        { field: 'custom', key: 'beden', op: 'is', value: 'L' },
      ],
    },
  };
  const { id } = await make('Kalanlar', outer);
  const around = await make('Kalanlar ve VIP', { or: [vip, { not: of(id) }] });
  expect((await ask('GET', `/v1/segments/${id}`)).body).toMatchObject({ customerCount: 4, problems: [] });
  await ask('DELETE', `/v1/groups/${groupId}`);
  await world.ctx.db.update(customFields).set({ deletedAt: world.clock.now() });
  const gone = await ask('GET', `/v1/segments/${id}`, undefined, { 'accept-language': 'tr' });
  expect(gone.body).toMatchObject({
    customerCount: 0,
    problems: [
      { path: 'not.or[1].key', reason: 'custom-field-gone', message: 'Böyle bir özel alan yok' },
      { path: 'not.or[0].value[0]', reason: 'group-gone', message: 'Böyle bir grup yok' },
    ],
  });
  const wider = (await ask('GET', `/v1/segments/${around.id}`)).body;
  expect(wider.customerCount).toBe(0);
  expect(wider.problems[0]).toMatchObject({
    path: 'or[1].not.value[0]',
    message: expect.stringContaining('“Kalanlar”'),
  });
  for (const one of [id, around.id]) {
    expect(await list(`segmentId=${one}`)).toEqual([]);
    const audience = { segmentIds: [one], customerIds: [world.customers.ayse] };
    const refused = await ask('POST', '/v1/campaigns', {
      name: 'K',
      channel: 'email',
      audience,
      subject: 'a',
      html: '<p>b</p>',
    });
    expect(refused).toMatchObject({ status: 400, body: { errors: [{ path: 'audience.segmentIds[0]' }] } });
    expect((await ask('POST', '/v1/customers/count', { filter: { not: of(one) } })).body.errors[0].path).toBe(
      'filter.not.value[0]',
    );
  }
  await world.ctx.db.delete(segments);
});

it('400: segments in a circle, too many within each other; two changes at once cannot close one', async () => {
  const a = await make('A', vip);
  const b = await make('B', of(a.id));
  const circle = await ask('PATCH', `/v1/segments/${a.id}`, { filter: { or: [vip, of(b.id)] } });
  expect(circle).toMatchObject({ status: 400, body: { errors: [{ path: 'filter.or[1].value[0]' }] } });
  expect((await ask('PATCH', `/v1/segments/${a.id}`, { filter: of(a.id) })).status).toBe(400);
  const [c, d] = [await make('C', vip), await make('D', vip)];
  const both = await Promise.all([
    ask('PATCH', `/v1/segments/${c.id}`, { filter: of(d.id) }),
    ask('PATCH', `/v1/segments/${d.id}`, { filter: of(c.id) }),
  ]);
  expect(both.map(({ status }) => status).sort()).toEqual([200, 400]);
  let deepest = b;
  const depths: number[] = [];
  for (const name of ['E', 'F', 'G']) {
    const made = await ask('POST', '/v1/segments', { name, filter: of(deepest.id) });
    depths.push(made.status);
    if (made.status === 201) deepest = made.body;
  }
  expect(depths).toEqual([201, 201, 400]);
  expect((await ask('GET', `/v1/segments/${deepest.id}`)).body.customerCount).toBe(1);
});

it('409: a segment that another names is not deleted, and says which', async () => {
  const inner = await make('İç', vip);
  const outer = await make('Dış', { not: of(inner.id) });
  const refused = await ask('DELETE', `/v1/segments/${inner.id}`);
  expect(refused).toMatchObject({
    status: 409,
    body: { code: 'segment-in-use', segmentIds: [outer.id], campaignIds: [] },
  });
  expect((await ask('DELETE', `/v1/segments/${outer.id}`)).status).toBe(204);
  expect((await ask('DELETE', `/v1/segments/${inner.id}`)).status).toBe(204);
});

it('400: what is wrong with a filter is told where it is, in both languages', async () => {
  await first(customFields, { key: 'butce', label: 'Bütçe', type: 'number' });
  const wrong: [unknown, string, string][] = [
    [{ and: [vip, { field: 'tags', value: ['vip'] }] }, 'filter.and[1].field', 'Şunlardan biri olmalı'],
    [{ or: [{ not: { field: 'addedWithinDays', value: 0 } }] }, 'filter.or[0].not.value', 'En az 1'],
    [{ and: [] }, 'filter.and', 'Boş olamaz'],
    [{ and: [vip], or: [vip] }, 'filter.or', 'Bilinmeyen alan'],
    [{}, 'filter', 'and, or, not ya da field gerekli'],
    ['vip', 'filter', 'Nesne olmalı'],
    [{ ...vip, value: Array(101).fill('x') }, 'filter.value', 'En çok 100'],
    [
      { field: 'campaign', op: 'read', value: { channel: 'email' } },
      'filter.value',
      'campaignId ya da withinDays verin',
    ],
    [{ field: 'groupId', value: [newId()] }, 'filter.value[0]', 'Böyle bir grup yok'],
    [{ field: 'custom', key: 'yok', op: 'is', value: 1 }, 'filter.key', 'Böyle bir özel alan yok'],
    [{ field: 'custom', key: 'butce', op: 'contains', value: 'a' }, 'filter.op', '“Bütçe” alanı number türünde'],
    [{ field: 'custom', key: 'butce', op: 'atLeast', value: 'a' }, 'filter.value', 'Değer: sayı'],
    [{ field: 'custom', key: 'butce', op: 'between', value: [5, 1] }, 'filter.value', '[ilk, son]'],
    [deep(11), `filter${'.not'.repeat(10)}`, 'En çok 10 düzey'],
    [{ and: Array(50).fill({ or: Array(3).fill(vip) }) }, 'filter', 'En çok 100 koşul'],
  ];
  for (const [filter, path, message] of wrong) {
    const { status, body } = await ask('POST', '/v1/customers/count', { filter } as object, {
      'accept-language': 'tr',
    });
    expect({ status, path: body.errors?.[0]?.path }, JSON.stringify(filter).slice(0, 80)).toEqual({
      status: 400,
      path,
    });
    expect(body.errors[0].message).toContain(message);
    const query = await ask('GET', `/v1/customers?filter=${encodeURIComponent(JSON.stringify(filter)).slice(0, 8000)}`);
    expect(query.status).toBe(400);
  }
  expect((await ask('GET', '/v1/customers?filter={')).body.errors).toEqual([{ path: 'filter', message: 'Not JSON' }]);
});

function deep(levels: number): object {
  return levels === 0 ? vip : { not: deep(levels - 1) };
}

it('200: nothing that is written into a filter reaches the database as anything but a value', async () => {
  const nasty = [
    "'; drop table customers; --",
    "') or 1=1 --",
    '$1',
    '{1}',
    '\\',
    '"',
    "o''hara",
    '%',
    '_',
    '{vip}',
    '{"a":1}',
    'İıŞş',
    '👩‍👩‍👧‍👦',
    "' || pg_sleep(9) || '",
  ];
  await first(customFields, { key: 'a\'b"c', label: 'x', type: 'text' });
  for (const text of nasty)
    for (const filter of [
      { field: 'source', value: [text] },
      { field: 'city', value: [text, text] },
      { field: 'tag', op: 'all', value: [text] },
      { field: 'search', value: `zzz${text}` },
      { field: 'custom', key: 'a\'b"c', op: 'contains', value: text },
      { field: 'custom', key: 'a\'b"c', op: 'any', value: [text] },
    ])
      expect((await ask('POST', '/v1/customers/count', { filter })).body, JSON.stringify(filter)).toEqual({ count: 0 });
  expect((await ask('GET', '/v1/customers/count')).body).toEqual({ count: 4 });
});
