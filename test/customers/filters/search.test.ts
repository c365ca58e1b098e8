import { sql } from 'drizzle-orm';
import { afterAll, expect, it } from 'vitest';
import { searchTextOf } from '#src/customers/customer.ts';
import { searchWords } from '#src/customers/filters/search-words.ts';
import { customers } from '#src/db/schema/customers.ts';
import { createWorld } from '#test/support/world.ts';

// biome-ignore lint/suspicious/noExplicitAny: answers are looked at field by field
type Json = any;
const world = await createWorld();
afterAll(() => world[Symbol.asyncDispose]());
const { acme } = world;
await world.ctx.db.delete(customers);

const people = [
  ['Ali', 'Veli', '+905321112233', 'ali@example.com'],
  ['Alican', 'Öz', '+905329998877', 'can.alican@şirket.com.tr'],
  ['Işıl Su', 'İnce', '+905324445566', 'isil_x@example.com'],
  ['Halil', 'Ağaoğlu', null, 'halil@mail.example.com'],
  ['Çağla', 'Ali', '+4915112345678', null],
] as const;
await world.ctx.db.insert(customers).values(
  people.map(([firstName, lastName, phone, email]) => ({
    organizationId: acme.organizationId,
    firstName,
    lastName,
    phone,
    email,
    searchText: searchTextOf({ firstName, lastName, phone, email }),
  })),
);

const find = async (query: string): Promise<string[]> => {
  const answer: Json = await (await acme.call('GET', `/v1/customers?${query}`)).json();
  return answer.data.map(({ firstName }: Json) => firstName);
};
const search = (text: string, more = '') => find(`search=${encodeURIComponent(text)}${more}`);

it('200: finds words in any order, beginnings, parts of addresses and phones in any spelling, in Turkish', async () => {
  const isil = [
    'ince ışıl',
    'IŞIL',
    'isil',
    'İNCE SU',
    'Işı',
    '0532 444 55 66',
    '+90 (532) 444-55-66',
    '0090 532 444',
    'ışıl 0532 444',
    '444 55 66',
    'isil_x@',
    'su',
    'ŞIL',
  ];
  for (const text of isil) expect(await search(text), text).toEqual(['Işıl Su']);
  expect(await search('agaoglu')).toEqual(['Halil']);
  expect(await search('ağao')).toEqual(['Halil']);
  expect(await search('mail.example')).toEqual(['Halil']);
  expect(await search('sirket.com')).toEqual(['Alican']);
  expect(await search('0151 1234')).toEqual(['Çağla']);
  for (const text of ['%', '_', '%ali%', "'; drop table customers; --", 'ali zzz', '0532 9999', '\\'])
    expect(await search(text), text).not.toContain('Ali');
});

it('200: the best found first, newest first among equals, page by page; otherwise as told', async () => {
  expect(await search('ali')).toEqual(['Ali', 'Alican', 'Çağla', 'Halil']);
  expect(await search('ali', '&sort=createdAt&order=asc')).toEqual(['Ali', 'Alican', 'Halil', 'Çağla']);
  expect(await search('al')).toEqual(['Çağla', 'Alican', 'Ali']);
  const first: Json = await (await acme.call('GET', '/v1/customers?search=ali&limit=2')).json();
  await world.ctx.db.execute(
    sql`insert into customers (organization_id, first_name, search_text) values (${acme.organizationId}, 'Ali', 'ali')`,
  );
  const second: Json = await (
    await acme.call('GET', `/v1/customers?search=ali&limit=2&cursor=${first.nextCursor}`)
  ).json();
  expect(second.data.map(({ firstName }: Json) => firstName)).toEqual(['Çağla', 'Halil']);
  const third: Json = await (await acme.call('POST', '/v1/customers/search', { search: 'ali', limit: 1 })).json();
  expect(third.data[0].firstName).toBe('Ali');
  await world.ctx.db.delete(customers).where(sql`last_name is null`);
});

it('200: names in Turkish order, who has no city last, both ways', async () => {
  const names = ['Ali Veli', 'Alican Öz', 'Çağla Ali', 'Halil Ağaoğlu', 'Işıl Su İnce'];
  const firsts = names.map((name) => people.find(([first, last]) => name === `${first} ${last}`)![0]);
  expect(await find('sort=name')).toEqual(firsts);
  expect(await find('sort=name&order=desc')).toEqual(firsts.toReversed());
  await world.ctx.db.execute(
    sql`update customers set city = case first_name when 'Ali' then 'İzmir' when 'Halil' then 'Iğdır' when 'Çağla' then 'Çorum' end`,
  );
  expect((await find('sort=city')).slice(0, 3)).toEqual(['Çağla', 'Halil', 'Ali']);
  expect((await find('sort=city&order=desc')).slice(0, 3)).toEqual(['Ali', 'Halil', 'Çağla']);
  const first: Json = await (await acme.call('GET', '/v1/customers?sort=city&limit=4')).json();
  const rest: Json = await (
    await acme.call('GET', `/v1/customers?sort=city&limit=4&cursor=${first.nextCursor}`)
  ).json();
  expect([...first.data, ...rest.data].map(({ id }: Json) => id)).toHaveLength(5);
  expect((await acme.call('GET', `/v1/customers?sort=name&cursor=${first.nextCursor}`)).status).toBe(400);
});

it('200: facets count what there is, the most frequent first', async () => {
  await world.ctx.db.execute(sql`update customers set tags = '{vip}', source = 'web' where first_name like 'Al%'`);
  const facets: Json = await (await acme.call('GET', '/v1/customers/facets')).json();
  expect(facets.tags).toEqual([{ value: 'vip', count: 2 }]);
  expect(facets.sources).toEqual([{ value: 'web', count: 2 }]);
  expect(facets.cities).toHaveLength(3);
  expect(facets).toMatchObject({ countries: [], consultants: [] });
  expect(await (await acme.call('GET', '/v1/customers/facets?of=tags')).json()).toEqual({ tags: facets.tags });
  expect(await (await world.globex.call('GET', '/v1/customers/facets?of=cities')).json()).toEqual({ cities: [] });
});

it('reads a search as words and phones', () => {
  expect(searchWords('ayşe 0532 444 55 66 yılmaz').map(({ text }) => text)).toEqual(['ayse', '5324445566', 'yilmaz']);
  expect(searchWords('00 90 532')).toEqual([{ text: '90532', isPhone: true, isBeginning: false }]);
  expect(searchWords(' - ')).toEqual([{ text: '-', isPhone: false, isBeginning: true }]);
});
