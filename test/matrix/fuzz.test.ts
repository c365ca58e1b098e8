import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { proveLedger } from '#src/credits/prove-ledger.ts';
import type { Answer } from '#test/support/cast.ts';
import { matrix } from './matrix.ts';
import { bodiesFor, queryTexts, valuesFor, writeJson } from './nasty.ts';
import { type Operation, readOperations } from './operations.ts';
import { readRefusal } from './refusal.ts';
import { allowed, askFor } from './request.ts';
import { createScene } from './scene.ts';

const JSON_TYPE = { 'content-type': 'application/json' };
/** More of both for a longer hunt. */
const RUNS = Number(process.env['FUZZ_RUNS'] ?? 30);
const SEED = Number(process.env['FUZZ_SEED'] ?? 20_260_302);
/** Each of them may hash a password. */
const SLOW = 10;

const scene = await createScene();
afterAll(() => scene[Symbol.asyncDispose]());
const { document, operations } = await readOperations(scene.world.call);
const known = operations.filter(({ key }) => matrix[key]);

/** Done, or refused for a reason that is the caller's (or the far server's); soon, and in few words. */
async function expectSense(operation: Operation, asked: Promise<Answer>): Promise<void> {
  const response = await within(5000, asked);
  if (response.status === 503) expect((await response.json()).code).toBe('whatsapp-unavailable');
  else if (response.status >= 400)
    expect(JSON.stringify(await readRefusal(operation, response)).length).toBeLessThan(64 * 1024);
  else await response.body?.cancel();
}

async function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  const timer = Promise.withResolvers<never>();
  const timeout = setTimeout(() => timer.reject(new Error(`no answer within ${ms} ms`)), ms);
  return Promise.race([promise, timer.promise]).finally(() => clearTimeout(timeout));
}

describe('whatever a body holds, it is done or refused', () => {
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
    const property = fc.asyncProperty(bodies, (body) =>
      expectSense(operation, ask(allowed(scene, entry), { body: writeJson(body), headers: JSON_TYPE })),
    );
    const numRuns = 'password' in operation.bodySchema!.properties! ? RUNS / SLOW : RUNS;
    await fc.assert(property, { seed: SEED, numRuns, endOnFailure: true });
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
    const property = fc.asyncProperty(queries, (query) => {
      const parameters = Object.entries(query).map(
        ([name, text]) => `${name}=${encodeURIComponent(text.toWellFormed())}`,
      );
      return expectSense(operation, ask(allowed(scene, entry), { query: parameters.join('&') }));
    });
    await fc.assert(property, { seed: SEED, numRuns: RUNS, endOnFailure: true });
  });
});

describe('what was let in can be read again', () => {
  const reads = known.filter(
    ({ key, params }) => key.startsWith('GET /v1/') && params.length === 0 && !key.endsWith('/events'),
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
