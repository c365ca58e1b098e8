import { existsSync } from 'node:fs';
import { sql } from 'drizzle-orm';
import { type CountryCode, getCountries, getCountryCallingCode } from 'libphonenumber-js/max';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureCountries } from '#src/countries/ensure-countries.ts';
import { listCountries } from '#src/countries/list-countries.ts';
import { readCountryCode } from '#src/customers/country-code.ts';
import { countries } from '#src/db/schema/countries.ts';
import { createWorld } from '#test/support/world.ts';

type Out = { iso2: string; name: { tr: string; en: string }; flag: string; phoneCodes: string[] };
const world = await createWorld();
afterAll(() => world[Symbol.asyncDispose]());
beforeAll(() => ensureCountries(world.ctx));

const find = async (query: string, language = 'tr'): Promise<Out[]> =>
  (await (await world.acme.call('GET', `/v1/countries?${query}`, undefined, { 'accept-language': language })).json())
    .data;
const codes = async (search: string) => (await find(`search=${encodeURIComponent(search)}`)).map(({ iso2 }) => iso2);

describe('the list', () => {
  const list = listCountries();
  it('has all 249 of ISO 3166-1 and Kosovo, each once, with codes of their form and names in both languages', () => {
    expect(list).toHaveLength(250);
    for (const key of ['id', 'iso2', 'iso3', 'numeric'] as const)
      expect(new Set(list.map((c) => c[key])).size, key).toBe(250);
    for (const { iso2, iso3, numeric, name, phoneCodes, currency } of list) {
      expect([iso2, iso3, numeric].join(), iso2).toMatch(/^[A-Z]{2},[A-Z]{3},\d{3}$/);
      expect(name.tr === name.tr.normalize('NFC') && name.tr.trim() === name.tr && name.tr.length > 2, name.tr).toBe(
        true,
      );
      expect(name.en.length, iso2).toBeGreaterThan(2);
      expect(phoneCodes.join(), iso2).toMatch(/^\+\d{1,4}(,\+\d{1,4})*$/);
      expect(currency ?? 'AAA', iso2).toMatch(/^[A-Z]{3}$/);
    }
  });
  it('says what another package and ICU say: calling codes, and every name is understood when it is imported', () => {
    const dialled = new Set<string>(getCountries());
    for (const { iso2, name, phoneCodes } of list) {
      if (dialled.has(iso2))
        for (const code of phoneCodes)
          expect(code.slice(1).startsWith(getCountryCallingCode(iso2 as CountryCode)), `${iso2} ${code}`).toBe(true);
      expect(readCountryCode(iso2), iso2).toBe(iso2);
      expect(name.tr, iso2).not.toMatch(/ÖYB|ÖİB|Bölgeleri/);
    }
  });
  it('writes Turkish: İ and I are two letters, and Ç, I, İ, Ö, Ş, Ü stand where they belong', () => {
    const of = (iso2: string) => list.find((country) => country.iso2 === iso2)!.name.tr;
    expect(['TR', 'IR', 'IQ', 'IE', 'ES', 'CH', 'GB', 'DE', 'NL', 'XK', 'CZ'].map(of)).toEqual([
      'Türkiye',
      'İran',
      'Irak',
      'İrlanda',
      'İspanya',
      'İsviçre',
      'Birleşik Krallık',
      'Almanya',
      'Hollanda',
      'Kosova',
      'Çekya',
    ]);
    const place = (iso2: string) => list.findIndex((country) => country.iso2 === iso2);
    const order = ['CU', 'TD', 'CN', 'DK', 'HN', 'IQ', 'IR', 'JM', 'RU', 'RW', 'SI', 'CL', 'TJ', 'UZ'];
    const inTurkish = ['TD', 'CN', 'DK', 'HN', 'IQ', 'IR', 'JM', 'CU', 'UZ', 'RW', 'RU', 'SI', 'CL', 'TJ'];
    expect(order.sort((a, b) => place(a) - place(b))).toEqual(inTurkish);
  });
});

describe('the table and the document', () => {
  it('are equal; filling the table again, by several at once, changes nothing, and repairs what was changed', async () => {
    const { data: said } = await (await world.call('GET', '/v1/countries.json')).json();
    const first = await (
      await world.acme.call('GET', '/v1/countries?limit=200', undefined, { 'accept-language': 'tr' })
    ).json();
    const rest = await find(`limit=200&cursor=${first.nextCursor}`);
    const inTable: Out[] = [...first.data, ...rest];
    const byCode = (a: Out, b: Out) => a.iso2.localeCompare(b.iso2);
    expect([...inTable].sort(byCode)).toEqual([...(said as Out[])].sort(byCode));
    const rows = () => world.ctx.db.execute<{ xmin: string }>(sql`select xmin, id from countries order by id`);
    const before = await rows();
    await Promise.all([1, 2, 3].map(() => ensureCountries(world.ctx)));
    expect(await rows()).toEqual(before);
    await world.ctx.db.execute(sql`update countries set name_tr = 'Turkiye' where iso2 = 'TR'`);
    await world.ctx.db.execute(sql`delete from countries where iso2 = 'DE'`);
    await world.ctx.db.insert(countries).values({
      ...{ iso2: 'ZZ', iso3: 'ZZZ', numeric: '999', nameTr: 'x', nameEn: 'x' },
      phoneCodes: [],
      flagPath: '',
      searchText: '',
    });
    await ensureCountries(world.ctx);
    expect((await find('search=TR'))[0]!.name.tr).toBe('Türkiye');
    expect(await world.ctx.db.$count(countries)).toBe(250);
  });

  it('GET /v1/countries.json 200: for anybody, immutable for a day; 304 for who has it', async () => {
    const answer = await world.call('GET', '/v1/countries.json');
    expect(answer.headers.get('cache-control')).toBe('public, max-age=86400, immutable');
    const etag = answer.headers.get('etag')!;
    expect((await answer.json()).data[2]).toMatchObject({ iso2: 'AF', name: { tr: 'Afganistan', en: 'Afghanistan' } });
    for (const tags of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const again = await world.call('GET', '/v1/countries.json', undefined, { 'if-none-match': tags });
      expect([again.status, await again.text()]).toEqual([304, '']);
    }
    expect((await world.call('GET', '/v1/countries.json', undefined, { 'if-none-match': '"old"' })).status).toBe(200);
  });

  it('GET /flags/{name} 200: a flag for every country, harmless and for other sites to show; 404 for anything else', async () => {
    const home = new URL('../../node_modules/flag-icons/flags/4x3/', import.meta.url);
    for (const { iso2 } of listCountries())
      expect(existsSync(new URL(`${iso2.toLowerCase()}.svg`, home)), iso2).toBe(true);
    const flag = await world.call('GET', '/flags/tr.svg');
    expect(flag.status).toBe(200);
    expect(Object.fromEntries(flag.headers)).toMatchObject({
      'content-type': 'image/svg+xml',
      'cache-control': 'public, max-age=86400, immutable',
      'cross-origin-resource-policy': 'cross-origin',
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    });
    expect(await flag.text()).toMatch(/^<svg/);
    const etag = flag.headers.get('etag')!;
    expect((await world.call('GET', '/flags/tr.svg', undefined, { 'if-none-match': etag })).status).toBe(304);
    for (const name of ['zz.svg', 'TR.svg', 'tr.png', 'tr', '..%2f..%2fpackage.json', 'tr.svg%00', 'gb-eng.svg'])
      expect((await world.call('GET', `/flags/${name}`)).status, name).toBe(404);
  });
});

describe('GET /v1/countries', () => {
  it.each([
    ['TR', 'TR'],
    ['tur', 'TR'],
    ['792', 'TR'],
    ['türkiye', 'TR'],
    ['TURKIYE', 'TR'],
    ['TÜRKİYE', 'TR'],
    ['turkey', 'TR'],
    ['ISPANYA', 'ES'],
    ['ispanya', 'ES'],
    ['İSPANYA', 'ES'],
    ['ırak', 'IQ'],
    ['irak', 'IQ'],
    ['IRAK', 'IQ'],
    ['isviçre', 'CH'],
    ['cekya', 'CZ'],
    ['reunion', 'RE'],
    ["cote d'ivoire", 'CI'],
    ['ingiltere', 'GB'],
    ['abd', 'US'],
    ['deutschland', 'DE'],
    ['birleşik k', 'GB'],
  ])('%s: %s comes first', async (search, iso2) => expect((await codes(search))[0]).toBe(iso2));

  it('puts whole names and codes before beginnings, and beginnings before the middle; in the order of the reader’s language', async () => {
    const found = await codes('in');
    expect(found[0]).toBe('IN');
    const names = (await find('search=guinea', 'en')).map(({ name }) => name.en);
    // Spanish, and so a beginning: Guinea Ecuatorial
    expect(names).toEqual(['Guinea', 'Equatorial Guinea', 'Guinea-Bissau', 'Papua New Guinea']);
    const english = (await find('limit=3', 'en')).map(({ iso2 }) => iso2);
    expect(english).toEqual(['AF', 'AX', 'AL']);
    expect(await codes('%')).toEqual([]);
    expect(await codes('_')).toEqual([]);
    expect(await codes('yok böyle bir yer')).toEqual([]);
  });

  it('knows phone codes in every spelling; in pages; 400 for what is none; 401 for strangers', async () => {
    for (const code of ['%2B90', '90', '0090', '+90'])
      expect(
        (await find(`phoneCode=${code}`)).map(({ iso2 }) => iso2),
        code,
      ).toEqual(['TR']);
    expect((await find('phoneCode=44')).map(({ iso2 }) => iso2).sort()).toEqual(['GB', 'GG', 'IM', 'JE']);
    expect((await find('phoneCode=1809')).map(({ iso2 }) => iso2)).toEqual(['DO']);
    expect((await find('phoneCode=44&search=jersey')).map(({ iso2 }) => iso2)).toEqual(['JE']);
    expect((await world.acme.call('GET', '/v1/countries?phoneCode=tr')).status).toBe(400);
    expect((await world.acme.call('GET', '/v1/countries?cursor=x')).status).toBe(400);
    expect((await world.call('GET', '/v1/countries')).status).toBe(401);
  });
});
