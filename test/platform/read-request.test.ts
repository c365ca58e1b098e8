import { z } from '@hono/zod-openapi';
import { describe, expect, it } from 'vitest';
import type { Language } from '#src/platform/language.ts';
import { Problem } from '#src/platform/problem.ts';
import { bothLanguages, check, readJson, readQuery, requireContentType } from '#src/platform/read-request.ts';

const JSON_TYPE = { 'content-type': 'application/json' };
const post = (
  body: string | Uint8Array<ArrayBuffer> | ReadableStream | null,
  headers: Record<string, string> = JSON_TYPE,
) => new Request('http://ulak/', { method: 'POST', body, headers, duplex: 'half' } as RequestInit);

async function refusal(work: () => unknown, language: Language = 'en') {
  try {
    await work();
  } catch (error) {
    if (error instanceof Problem)
      return error.body(language, 'r') as { status: number; errors?: { path: string; message: string }[] };
    throw error;
  }
  throw new Error('it was not refused');
}

const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;

describe('readJson', () => {
  it('gives the text and what it says', async () => {
    expect(await readJson(post('{"a":"ı"}'))).toEqual({ text: '{"a":"ı"}', json: { a: 'ı' } });
  });

  it('takes an empty body for an empty object, of whatever type', async () => {
    expect(await readJson(post(null, {}))).toEqual({ text: '', json: {} });
  });

  it.each(['application/json; charset=utf-8', 'APPLICATION/JSON', 'application/vnd.api+json'])(
    'takes %s',
    async (type) => {
      expect((await readJson(post('1', { 'content-type': type }))).json).toBe(1);
    },
  );

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp', ''])('415: %j', async (type) => {
    expect(await refusal(() => readJson(post('{}', { 'content-type': type })))).toMatchObject({ status: 415 });
  });

  it('415: a compressed body, before it is unpacked', async () => {
    const gzip = { ...JSON_TYPE, 'content-encoding': 'gzip' };
    expect(await refusal(() => readJson(post('{}', gzip)))).toMatchObject({ status: 415 });
  });

  it.each(['{', '{"a":1,}', "{'a':1}", 'NaN', '{"a":1}{"b":2}', '\u0000', 'undefined'])(
    '400: %j is not JSON',
    async (text) => {
      expect(await refusal(() => readJson(post(text)))).toMatchObject({ status: 400, errors: [{ path: 'body' }] });
    },
  );

  it.each([
    [0x22, 0xff, 0x22],
    [0x22, 0xc3, 0x28, 0x22],
    [0x22, 0xed, 0xa0, 0x80, 0x22],
    [0xff, 0xfe, 0x22, 0x00],
  ])('400: bytes that are not UTF-8 (%#)', async (...bytes) =>
    expect(await refusal(() => readJson(post(new Uint8Array(bytes))))).toMatchObject({ status: 400 }),
  );

  it.each([101, 10_000, 400_000])('400: %i levels deep, and nobody’s stack overflows', async (depth) => {
    expect(await refusal(() => readJson(post(nested(depth))))).toMatchObject({
      status: 400,
      errors: [{ message: 'The body is nested too deeply' }],
    });
  });

  it('takes what is a hundred levels deep', async () => {
    expect((await readJson(post(nested(100)))).text).toHaveLength(200);
  });

  it('413: by its declared length, without reading a byte', async () => {
    let pulled = 0;
    const endless = new ReadableStream(
      {
        pull(to) {
          pulled++;
          to.enqueue(new Uint8Array(1024));
        },
      },
      { highWaterMark: 0 },
    );
    const request = post(endless, { ...JSON_TYPE, 'content-length': String(10 * 1024 * 1024) });
    expect(await refusal(() => readJson(request))).toMatchObject({ status: 413, limitBytes: 1024 * 1024 });
    expect(pulled).toBe(0);
  });

  it('413: as soon as an undeclared body is too long', async () => {
    let pulled = 0;
    const endless = new ReadableStream(
      {
        pull(to) {
          pulled++;
          to.enqueue(new Uint8Array(64 * 1024));
        },
      },
      { highWaterMark: 0 },
    );
    expect(await refusal(() => readJson(post(endless)))).toMatchObject({ status: 413 });
    expect(pulled).toBeLessThan(20);
  });

  it('counts the limit to the byte', async () => {
    expect((await readJson(post('"12"'), 4)).json).toBe('12');
    expect(await refusal(() => readJson(post('"123"'), 4))).toMatchObject({ status: 413 });
    expect(await refusal(() => readJson(post('"ı"  '), 5))).toMatchObject({ status: 413 });
  });

  it('400: a body whose sender went away', async () => {
    const broken = new ReadableStream({ pull: (to) => to.error(new Error('aborted')) });
    expect(await refusal(() => readJson(post(broken)))).toMatchObject({
      status: 400,
      errors: [{ message: 'The body ended too early' }],
    });
  });
});

describe('requireContentType', () => {
  it('names the type that is wanted, in both languages', async () => {
    const ask = () => requireContentType(post('a,b', JSON_TYPE), 'text/csv');
    expect(await refusal(ask)).toMatchObject({ status: 415, detail: 'Send text/csv' });
    expect(await refusal(ask, 'tr')).toMatchObject({ detail: 'text/csv türünde gönderin' });
  });
});

describe('readQuery', () => {
  it.each([
    ['', {}],
    ['?a=1&b=x%20y', { a: '1', b: 'x y' }],
    ['?a=1&a=2&a=3', { a: ['1', '2', '3'] }],
    ['?a', { a: '' }],
    ['?a=%C4%B1', { a: 'ı' }],
  ])('%j', (search, query) => expect(readQuery(`http://ulak/${search}`)).toEqual(query));

  it('keeps the keys that objects are made of as what they are: keys', () => {
    const query = readQuery('http://ulak/?__proto__=1&constructor=2&__proto__=3&toString=4');
    expect(Object.keys(query)).toEqual(['__proto__', 'constructor', 'toString']);
    expect(Object.getOwnPropertyDescriptor(query, '__proto__')?.value).toEqual(['1', '3']);
    expect(({} as Record<string, unknown>)['1']).toBeUndefined();
  });
});

describe('check', () => {
  const schema = z.strictObject({
    name: z.string().max(5).optional(),
    many: z.array(z.strictObject({ id: z.int() })).optional(),
    any: z.record(z.string(), z.unknown()).optional(),
    zone: z
      .string()
      .refine((zone) => zone !== 'no', bothLanguages({ en: 'No such zone', tr: 'Böyle bir dilim yok' }))
      .optional(),
  });
  const errors = async (value: unknown, language: Language = 'en') =>
    (await refusal(() => check(schema, value, language), language)).errors;

  it.each([
    [{ name: 'abcdef' }, 'name'],
    [{ many: [{ id: 1 }, { id: 'x' }] }, 'many[1].id'],
    [{ many: 1 }, 'many'],
    [{ extra: 1 }, 'extra'],
    [{ many: [{ id: 1, extra: 1 }] }, 'many[0].extra'],
    [null, ''],
    [[], ''],
  ])('names the place: %j', async (value, path) => expect(await errors(value)).toMatchObject([{ path }]));

  it.each([
    { name: 'a\0b' },
    { name: '\ud800' },
    { any: { deep: [{ text: 'x\udc00' }] } },
    { any: { 'k\0': 1 } },
    { any: { '\ud800': 1 } },
  ])('refuses what PostgreSQL cannot store: %j', async (value) =>
    expect(await errors(value)).toMatchObject([{ message: 'Contains characters that cannot be stored' }]),
  );

  it('takes what only looks odd', () => {
    const value = { name: '😀ı', any: { '': ['\u0001', '\u200b', '\uffff'] } };
    expect(check(schema, value, 'en')).toEqual(value);
  });

  it.each(['{"__proto__":{"name":"x"}}', '{"constructor":{}}', '{"many":[{"id":1,"__proto__":{}}]}'])(
    'refuses the unknown field of %s',
    async (text) => {
      expect(await errors(JSON.parse(text))).toMatchObject([{ message: 'Unknown field' }]);
      expect(({} as { name?: string }).name).toBeUndefined();
    },
  );

  it('speaks the caller’s language: its own texts and those of a schema', async () => {
    expect(await errors({ extra: 1 }, 'tr')).toEqual([{ path: 'extra', message: 'Bilinmeyen alan' }]);
    expect(await errors({ zone: 'no' }, 'tr')).toEqual([{ path: 'zone', message: 'Böyle bir dilim yok' }]);
    expect(await errors({ zone: 'no' }, 'en')).toEqual([{ path: 'zone', message: 'No such zone' }]);
    expect(await errors({ name: 'abcdef' }, 'tr')).toEqual([{ path: 'name', message: 'En çok 5 karakter' }]);
    expect(await errors({ name: 'abcdef' }, 'en')).toEqual([{ path: 'name', message: 'At most 5 characters' }]);
  });

  it('stays short, however much is wrong', async () => {
    const many = Array.from({ length: 5000 }, () => ({ id: 'x' }));
    expect(await errors({ many })).toHaveLength(100);
    const fields = Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`f${i}`.padEnd(500, 'x'), 1]));
    const found = (await errors(fields))!;
    expect(found).toHaveLength(100);
    expect(JSON.stringify(found).length).toBeLessThan(20_000);
  });
});
