import fc from 'fast-check';
import { type Document, type JsonSchema, resolve } from './operations.ts';

const LONG = 1_000_000;
/** Stands for text that JSON.stringify would not write. */
const raw = (json: string) => `@raw(${json})@`;
/** JSON with what `raw` stands for in its place. */
export const writeJson = (value: unknown): string =>
  JSON.stringify(value).replaceAll(/"@raw\((.*?)\)@"/g, (_, json: string) => (json === 'deep' ? DEEP : json));
const DEEP = '['.repeat(50_000) + ']'.repeat(50_000);

const uuids = [
  '00000000-0000-0000-0000-000000000000',
  'FFFFFFFF-FFFF-7FFF-BFFF-FFFFFFFFFFFF',
  '019a0000-0000-7000-8000-000000000000',
  'nonsense',
];
const instants = [
  '0000-01-01T00:00:00Z',
  '0001-01-01T00:00:00+14:00',
  '9999-12-31T23:59:59-12:00',
  '9999-12-31T23:59:59-23:59',
  '2026-02-30T00:00:00Z',
  '2026-03-03T24:00:00Z',
  '2026-03-03T10:00:60Z',
  '2026-03-03T10:00:00+99:99',
  '2026-03-03T10:00:00.123456789012+03:00',
  '2026-03-03T10:00:00',
  '+010000-01-01T00:00:00Z',
  '1e3',
];
const emails = [
  'a@b',
  'İ@example.com',
  '"a b"@example.com',
  `${'a'.repeat(64)}@${'b'.repeat(180)}.com`,
  'a@[127.0.0.1]',
  'a@b.c\n',
  'ŞŞ@ÖÖ.com',
];
const urls = [
  'http://127.0.0.1:1',
  'http://[::1]:1/',
  'http://0x7f.1:1/%00',
  'http://127.1:1/ ',
  'http://a:b@127.0.0.1:1',
  'file:///etc/passwd',
  'http://',
  'javascript:1',
];
const phones = [
  '+99999999999999999999',
  '٠٥٣٢١١١٢٢٣٣',
  '0532 111 22 33;ext=5',
  `0${'5'.repeat(199)}`,
  '+90(532)/111-22.33',
  '('.repeat(150),
  '112',
];
const texts = [
  '',
  ' ',
  '\u00a0\u200b\u2028',
  '👩‍👩‍👧‍👦'.repeat(200),
  'İıŞşĞğ ß ﬁ',
  '\ud800',
  'a\udc00b',
  'nul\0',
  '\u202egnp.exe',
  "'; drop table users; --",
  '%_\\%',
  '../../etc/passwd',
  '__proto__',
  '{{ firstName',
  '{{ firstName | nosuch }}',
  '{% for i in (1..100000000) %}{{ i }}{% endfor %}',
  `{{ ${'firstName | upcase | '.repeat(500)}upcase }}`,
  'Etc/GMT+99',
  '24:00',
  `${'e'}${'\u0301'.repeat(5000)}`,
];
const numbers = [
  0,
  -0,
  -1,
  1.5,
  2 ** 31 - 1,
  2 ** 31,
  -(2 ** 31) - 1,
  2 ** 53,
  2 ** 63,
  1e308,
  -1e308,
  Number.MIN_VALUE,
  raw('1e999'),
  raw('-1e999'),
  raw('12345678901234567890123'),
];
const shapes: unknown[] = [
  null,
  true,
  [],
  {},
  [null],
  [[[]]],
  { length: 1e9 },
  { toString: 1, valueOf: null },
  JSON.parse('{"then":1}'),
  JSON.parse('{"__proto__":{"polluted":1}}'),
  { constructor: { prototype: { polluted: 1 } } },
];
/** Too long to be drawn for every field: each body is put to some. */
export const heavy: unknown[] = [
  Array(20_000).fill('x'),
  Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`k${i}`, i])),
  raw('deep'),
  'x'.repeat(LONG),
  `${'e'}${'\u0301'.repeat(200_000)}`,
  Array(2000).fill({ id: 1, organizationId: 1 }),
];

const anyText = fc.oneof(
  { arbitrary: fc.constantFrom(...texts), weight: 3 },
  fc.string({ unit: 'binary', maxLength: 300 }),
);
const byFormat: Record<string, fc.Arbitrary<unknown>> = {
  uuid: fc.constantFrom(...uuids),
  'date-time': fc.oneof(
    fc.constantFrom(...instants),
    fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
  ),
  email: fc.constantFrom(...emails),
  uri: fc.constantFrom(...urls),
};
const anything = fc.oneof(
  { arbitrary: anyText, weight: 4 },
  { arbitrary: fc.constantFrom<unknown>(...numbers), weight: 4 },
  { arbitrary: fc.constantFrom(...shapes), weight: 2 },
  { arbitrary: fc.constantFrom<unknown>(...phones, ...emails, ...instants), weight: 1 },
  { arbitrary: fc.jsonValue({ maxDepth: 4 }), weight: 1 },
);

/** Schemas may hold themselves: so far down are they followed. */
const DEEPEST = 4;

/** Values for a schema, good, half good and hopeless; `example` is a good one. */
export function valuesFor(document: Document, given: JsonSchema, example: unknown, depth = 0): fc.Arbitrary<unknown> {
  if (depth > DEEPEST) return anything;
  const schema = resolve(document, given);
  const choices = [{ arbitrary: anything as fc.Arbitrary<unknown>, weight: 2 }];
  if (example !== undefined) choices.push({ arbitrary: fc.constant(example), weight: 5 });
  if (schema.enum) choices.push({ arbitrary: fc.constantFrom(...schema.enum), weight: 4 });
  if (schema.format && byFormat[schema.format]) choices.push({ arbitrary: byFormat[schema.format]!, weight: 4 });
  if (schema.type?.includes('string') && !schema.format)
    choices.push({ arbitrary: fc.oneof(anyText, fc.constantFrom(...phones, ...urls, ...emails)), weight: 4 });
  if (schema.type?.includes('integer') || schema.type?.includes('number'))
    choices.push({ arbitrary: fc.oneof(fc.constantFrom<unknown>(...numbers), fc.integer()), weight: 4 });
  for (const option of schema.anyOf ?? [])
    choices.push({ arbitrary: valuesFor(document, option, example, depth + 1), weight: 3 });
  if (schema.items) {
    const item = valuesFor(document, schema.items, Array.isArray(example) ? example[0] : undefined, depth + 1);
    choices.push({ arbitrary: fc.array(item, { maxLength: 12 }), weight: 4 });
  }
  if (schema.properties) choices.push({ arbitrary: bodiesFor(document, schema, example, depth + 1), weight: 8 });
  return fc.oneof(...choices);
}

/** Objects with the schema's fields, some left out, now and then with one more. */
export function bodiesFor(document: Document, given: JsonSchema, example: unknown, depth = 0): fc.Arbitrary<unknown> {
  const { properties = {} } = resolve(document, given);
  const fields = Object.entries(properties).map(([name, schema]) => {
    const good = (example as Record<string, unknown> | undefined)?.[name];
    const kept = { arbitrary: fc.constant(good), weight: 6 };
    return [name, fc.oneof(kept, { arbitrary: valuesFor(document, schema, good, depth), weight: 3 })] as const;
  });
  const object = fc.record(Object.fromEntries(fields)).map((body) => JSON.parse(JSON.stringify(body)));
  const more = fc.tuple(object, fc.oneof(anyText, fc.constantFrom('id', 'organizationId', 'role')), anything);
  const stranger = more.map(([body, name, value]) =>
    Object.defineProperty({ ...body }, name, { value, enumerable: true }),
  );
  return fc.oneof({ arbitrary: object, weight: 12 }, { arbitrary: stranger, weight: 1 });
}

/** What of a request's head is nobody's to rely on; all of it at once. */
export const headersFor: fc.Arbitrary<Record<string, string>> = fc.record(
  {
    'accept-language': fc.constantFrom('tr;q=', '*', 'x'.repeat(5000), 'tr-'.repeat(1000), ',;q=1,;', '\u00ff'),
    accept: fc.constantFrom(
      '*/*;q=',
      'image/png;q=abc',
      'text/html,'.repeat(500),
      '\u00ff/\u00fe',
      'application/json;;',
    ),
    'x-request-id': fc.constantFrom('x'.repeat(5000), "' or 1=1 --", '<b>', '\u00ff', '../..', '{{7*7}}'),
    'x-forwarded-for': fc.constantFrom('nonsense', '1.2.3.4,'.repeat(500), '::ffff:0:0', 'unknown', '0x7f.1'),
    'x-forwarded-host': fc.constantFrom('evil.example', 'a b', '@'),
    'if-none-match': fc.constantFrom('"', 'W/', '*', '"x",'.repeat(1000)),
    'if-modified-since': fc.constantFrom('yesterday', '0', 'Thu, 99 Foo 0000 99:99:99 GMT'),
    range: fc.constantFrom(
      'bytes=',
      'bytes=-',
      'bytes=9-1',
      'bytes=0-0,1-1',
      'bytes=99999999999999999999-',
      'lines=1-2',
    ),
    'last-event-id': fc.constantFrom('nonsense', '-1', '9'.repeat(40), '\u00ff'),
    'user-agent': fc.constantFrom('x'.repeat(8000), '\u00ff\u00fe', 'jndi:ldap://evil.example/a', ''),
    origin: fc.constantFrom('null', 'https://evil.example', 'nonsense', 'http://['),
    cookie: fc.constantFrom('ulak.session_token=%', 'ulak.session_token', '=;=;', '__proto__=1', 'a=b;'.repeat(1000)),
  },
  { requiredKeys: [] },
);

/** Good JSON with the same names twice, and the second of another kind. */
export const twice = (body: unknown): string => {
  const json = JSON.stringify(body);
  const names = Object.keys(body as object).map((name) => `${JSON.stringify(name)}:{"__proto__":[]}`);
  return `{${[...names, json.slice(1, -1)].filter(Boolean).join(',')}}`;
};

/** A body of bytes with some of it cut off, changed or said twice. */
export const brokenBytes = (good: Uint8Array): fc.Arbitrary<Uint8Array> => {
  const at = fc.nat({ max: good.length });
  return fc.oneof(
    at.map((end) => good.subarray(0, end)),
    fc.tuple(at, fc.uint8Array({ minLength: 1, maxLength: 20 })).map(([place, bytes]) => {
      const broken = Buffer.from(good);
      broken.set(bytes.subarray(0, good.length - place), place);
      return broken;
    }),
    fc.tuple(at, at).map(([a, b]) => Buffer.concat([good.subarray(0, a), good.subarray(Math.min(a, b))])),
  );
};

/** What a query parameter may be given as. */
export const queryTexts = fc.oneof(
  anyText,
  fc.constantFrom(...uuids, ...instants, ...emails, ...phones, ...numbers.map(String), 'true', 'TR', 'x'.repeat(5000)),
);
