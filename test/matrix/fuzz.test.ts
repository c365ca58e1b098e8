import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { proveLedger } from '#src/credits/prove-ledger.ts';
import type { Answer } from '#test/support/cast.ts';
import { matrix } from './matrix.ts';
import { bodiesFor, brokenBytes, headersFor, heavy, queryTexts, twice, valuesFor, writeJson } from './nasty.ts';
import { type Operation, readOperations } from './operations.ts';
import { readRefusal } from './refusal.ts';
import { allowed, askFor } from './request.ts';
import { createScene } from './scene.ts';

const JSON_TYPE = { 'content-type': 'application/json' };
/** More of both for a longer hunt; each route draws from the seed in its own way. */
const RUNS = Number(process.env['FUZZ_RUNS'] ?? 10);
const SEED = Number(process.env['FUZZ_SEED'] ?? 20_260_302);
/** Each of them may hash a password. */
const SLOW = 5;

/** Draws `runs` and asks with one after the other. */
async function tryEach<T>(of: string, runs: number, drawn: fc.Arbitrary<T>, ask: (value: T) => Promise<void>) {
  const seed = SEED + [...of].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 1_000_003, 0);
  for (const value of fc.sample(drawn, { seed, numRuns: Math.ceil(runs) }))
    await ask(value).catch((error: Error) => {
      throw new Error(`${of} with ${writeJson(value)?.slice(0, 2000)} (FUZZ_SEED ${SEED}): ${error.message}`, {
        cause: error,
      });
    });
}

const scene = await createScene();
afterAll(() => scene[Symbol.asyncDispose]());
const { document, operations } = await readOperations(scene.world.call);
const known = operations.filter(({ key }) => matrix[key]);
let turns = 0;

/** Done, or refused for a reason that is the caller's (or the far server's); soon, and in few words. */
async function expectSense(operation: Operation, asked: Promise<Answer>): Promise<void> {
  const response = await within(5000, asked);
  if (response.status === 503) expect((await response.json()).code).toBe('whatsapp-unavailable');
  else if (response.status >= 400 && isPage(response)) expect(response.status).toBeLessThan(500);
  else if (response.status >= 400)
    expect(JSON.stringify(await readRefusal(operation, response)).length).toBeLessThan(64 * 1024);
  else await response.body?.cancel();
}

/** What is read by people is refused in their way. */
const isPage = (response: Answer) => response.headers.get('content-type')?.startsWith('text/html');

async function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  const timer = Promise.withResolvers<never>();
  const timeout = setTimeout(() => timer.reject(new Error(`no answer within ${ms} ms`)), ms);
  return Promise.race([promise, timer.promise]).finally(() => clearTimeout(timeout));
}

describe('F61: whatever a body holds, it is done or refused', () => {
  const withBody = known.filter(({ key }) => matrix[key]!.bodies);
  it.each(withBody)('$key', async (operation) => {
    const entry = matrix[operation.key]!;
    const ask = askFor(scene, operation, entry);
    const [example] = entry.bodies!(scene);
    const schema = operation.bodySchema!;
    const bodies = fc.oneof(
      { arbitrary: bodiesFor(document, schema, example), weight: 9 },
      { arbitrary: valuesFor(document, schema, example), weight: 1 },
    );
    const me = allowed(scene, entry);
    const sends = (body: string) => expectSense(operation, ask(me, { body, headers: JSON_TYPE }));
    const numRuns = 'password' in schema.properties! ? RUNS / SLOW : RUNS;
    await tryEach(operation.key, numRuns, bodies, (body) => sends(writeJson(body)));
    await sends(twice(example));
    const names = Object.keys(schema.properties!);
    const [field, other] = [names[turns % names.length]!, names[(turns + 1) % names.length]!];
    await sends(writeJson({ ...example, [field]: heavy[turns++ % heavy.length] }));
    await sends(writeJson({ ...example, [other]: heavy[turns++ % heavy.length] }));
  });
});

describe('whatever bytes stand for a file, they are kept or refused', () => {
  it.each(known.filter(({ key }) => matrix[key]!.raw))('$key', async (operation) => {
    const entry = matrix[operation.key]!;
    const [ask, { headers, content }] = [askFor(scene, operation, entry), entry.raw!];
    const good = Buffer.from(content(scene));
    await tryEach(operation.key, RUNS / 2, brokenBytes(good), (body) =>
      expectSense(operation, ask(allowed(scene, entry), { body, headers })),
    );
    for (const boundary of [
      '',
      '; boundary=',
      '; boundary="',
      `; boundary=${'x'.repeat(5000)}`,
      '; boundary=a; boundary=b',
    ])
      await expectSense(
        operation,
        ask(allowed(scene, entry), {
          body: good,
          headers: { ...headers, 'content-type': headers['content-type']!.split(';')[0] + boundary },
        }),
      );
  });
});

describe('whatever its head says, it is done or refused', () => {
  it.each(known.filter(({ key }) => key.startsWith('GET ')))('$key', async (operation) => {
    const entry = matrix[operation.key]!;
    const ask = askFor(scene, operation, entry);
    await tryEach(operation.key, RUNS / 4, headersFor, (headers) =>
      expectSense(operation, ask({ ...headers, ...allowed(scene, entry) })),
    );
  });
});

it('400: stays short, however many or long the mistakes', async () => {
  const [group, campaigns] = ['POST /v1/groups', 'POST /v1/campaigns'].map(
    (key) => known.find((one) => one.key === key)!,
  );
  const manyFields = Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`field${i}`, i]));
  const calls = [
    { operation: group!, body: manyFields },
    { operation: group!, body: { name: 'n', ['x'.repeat(900_000)]: 1 } },
    { operation: campaigns!, body: { audience: { customerIds: Array(10_000).fill('x') } } },
  ];
  for (const { operation, body } of calls)
    await expectSense(operation, scene.world.acme.call('POST', operation.path, body));
});

describe('whatever a query holds, it is done or refused', () => {
  const withQuery = known.filter(({ key, query }) => query.length > 0 && key.startsWith('GET '));
  it.each(withQuery)('$key', async (operation) => {
    const entry = matrix[operation.key]!;
    const ask = askFor(scene, operation, entry);
    const queries = fc.dictionary(fc.constantFrom(...operation.query), queryTexts, { minKeys: 1, maxKeys: 3 });
    await tryEach(operation.key, RUNS, queries, (query) => {
      const parameters = Object.entries(query).map(
        ([name, text]) => `${name}=${encodeURIComponent(text.toWellFormed())}`,
      );
      return expectSense(operation, ask(allowed(scene, entry), { query: parameters.join('&') }));
    });
  });
});

describe('what was let in can be read again', () => {
  const reads = known.filter(
    ({ key, params }) => key.startsWith('GET /v1/') && params.length === 0 && !/\/(events|tail)$/.test(key),
  );
  it.each(reads)('$key', async (operation) => {
    const entry = matrix[operation.key]!;
    const query = operation.query.includes('limit') ? { query: 'limit=200' } : {};
    const response = await askFor(scene, operation, entry)(allowed(scene, entry), query);
    expect([200, entry.answers]).toContain(response.status);
  });
  it('no prototype was touched, the ledger balances, and jobs run', async () => {
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    expect(await proveLedger(scene.world.ctx, {})).toEqual([]);
    await scene.world.drain();
  });
});
