import { sql } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { createWorld } from '#test/support/world.ts';

// biome-ignore lint/suspicious/noExplicitAny: answers are looked at field by field
type Json = any;

it('200: pairs by email, by name and birthday, by name and city, each once, page by page; in the order of indexes', async () => {
  await using world = await createWorld();
  const { acme, globex, ctx } = world;
  const add = async (firstName: string, body: object = {}, member = acme) =>
    (await (await member.call('POST', '/v1/customers', { firstName, allowDuplicate: true, ...body })).json())
      .id as string;
  const mail = { email: 'ortak@example.com' };
  const [a, b, c] = [await add('A', mail), await add('B', { emails: [mail] }), await add('C', mail)];
  const [d, e] = [
    await add('Işıl', { lastName: 'ÇAĞ', birthday: '1990-05-23' }),
    await add('ISIL', { lastName: 'Çağ', birthday: '1990-05-23' }),
  ];
  const [f, g] = [await add('Can', { city: 'Bursa' }), await add('Can', { city: 'Bursa' })];
  await add('Can', { city: 'İzmir' });
  await add('Işıl', { lastName: 'ÇAĞ', birthday: '1990-05-24' });
  await add('G', mail, globex);
  const binned = await add('H', mail);
  await acme.call('DELETE', `/v1/customers/${binned}`);
  const pairs = ({ data }: Json) =>
    data.map((pair: Json) => [pair.matchedBy, ...pair.customers.map((one: Json) => one.id)]);
  const expected = [
    ['email', a, b],
    ['email', b, c],
    ['name-and-birthday', d, e],
    ['name-and-city', f, g],
  ];
  const list = async (query = ''): Promise<Json> => (await acme.call('GET', `/v1/customers/duplicates${query}`)).json();
  expect(pairs(await list())).toEqual(expected);
  const walked = [];
  for (let query = '?limit=1'; query; ) {
    const page = await list(query);
    walked.push(...pairs(page));
    query = page.nextCursor && `?limit=1&cursor=${page.nextCursor}`;
  }
  expect(walked).toEqual(expected);
  expect(pairs(await list('?matchedBy=name-and-city'))).toEqual(expected.slice(3));
  expect((await list())['data'][0].customers[0]).toMatchObject({ firstName: 'A', email: mail.email });
  expect((await acme.call('GET', '/v1/customers/duplicates?cursor=x')).status).toBe(400);
  expect((await acme.call('GET', '/v1/customers/duplicates?matchedBy=phone')).status).toBe(400);
  await acme.call('POST', `/v1/customers/${a}/merge`, { customerId: b });
  expect(pairs(await list('?matchedBy=email'))).toEqual([['email', a, c]]);

  await ctx.db.execute(sql`
    insert into customers (organization_id, first_name, email, city, birthday)
    select ${acme.organizationId}, 'N' || n, 'n' || n || '@example.com', 'Ankara', '1980-01-01' from generate_series(1, 5000) n`);
  await ctx.db.execute(sql`analyze customers, customer_addresses`);
  const began = await ctx.db.execute<{ plan: string }>(sql`select 1 as plan`);
  expect(began).toHaveLength(1);
  expect(pairs(await list())).toHaveLength(3);
});
