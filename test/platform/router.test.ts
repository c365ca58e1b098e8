import { OpenAPIHono, z } from '@hono/zod-openapi';
import { requestId } from 'hono/request-id';
import { beforeEach, describe, expect, it } from 'vitest';
import { Problem } from '#src/platform/problem.ts';
import type { Route } from '#src/platform/route.ts';
import { type Doorkeeper, mountRoutes } from '#src/platform/router.ts';
import { IdParams } from '#src/platform/schemas.ts';
import { openLog } from './read-log.ts';

const ID = '0199c2f0-1234-7000-8000-123456789012';
const steps: string[] = [];
const { log, text: logged } = openLog();

const route = (
  spec: Partial<Route['spec']> & Pick<Route['spec'], 'method' | 'path'>,
  handle: (input: never) => unknown,
): Route =>
  ({
    spec: { summary: 's', tag: 't', access: 'user', answer: { status: 200 }, ...spec },
    handle: async (input: never) => handle(input),
  }) as Route;

const streams: { cancelled: boolean }[] = [];
function endless() {
  const state = { cancelled: false };
  streams.push(state);
  const stream = new ReadableStream({
    pull: () => new Promise(() => {}),
    cancel() {
      state.cancelled = true;
    },
  });
  return new Response(stream, { headers: { 'content-type': 'text/event-stream' } });
}

const Name = z.strictObject({ name: z.string().min(1) });
const routes: Route[] = [
  route(
    { method: 'post', path: '/v1/things', body: Name, answer: { status: 201, schema: z.object({ name: z.string() }) } },
    ({ body }) => {
      steps.push('handle');
      return { ...(body as object), hidden: 'column' };
    },
  ),
  route(
    { method: 'get', path: '/v1/things/{id}', params: IdParams, answer: { status: 200, schema: IdParams } },
    ({ params }) => params,
  ),
  route({ method: 'delete', path: '/v1/things/{id}', params: IdParams, answer: { status: 204 } }, () => undefined),
  route({ method: 'post', path: '/v1/things/quote', answer: { status: 200 } }, () => undefined),
  route({ method: 'get', path: '/v1/broken' }, () => {
    throw new Error('select * from secrets');
  }),
  route({ method: 'get', path: '/v1/lying', answer: { status: 200, schema: z.object({ n: z.int() }) } }, () => ({
    n: 'text',
  })),
  route({ method: 'get', path: '/v1/away' }, () => {
    throw new Error('Failed query', { cause: Object.assign(new Error('no'), { code: 'ECONNREFUSED' }) });
  }),
  route({ method: 'get', path: '/v1/stream' }, endless),
  route({ method: 'post', path: '/v1/upload', stream: 'text/csv', bodyLimitBytes: 10 }, async ({ request }) => ({
    text: await (request as Request).text(),
  })),
  route({ method: 'post', path: '/hooks/open', access: 'public', answer: { status: 200 } }, () => undefined),
];

const keeper: Doorkeeper<unknown> = {
  log,
  admit: async ({ spec }, { request }) => {
    steps.push('admit');
    if (spec.access !== 'public' && !request.headers.has('authorization')) throw new Problem('unauthenticated');
    return {};
  },
  inTurn: (_, step) => step(),
  once: async (ctx, { key, operation, hash }, run) => {
    steps.push(`once ${key} ${operation} ${hash.early.length}`);
    return run(ctx);
  },
};

const app = new OpenAPIHono();
app.use(requestId());
mountRoutes(app, routes, keeper);

type Init = { body?: string; headers?: Record<string, string>; anonymous?: boolean };
async function call(method: string, path: string, { body, headers, anonymous }: Init = {}) {
  const all = { ...(!anonymous && { authorization: 'x' }), 'content-type': 'application/json', ...headers };
  const response = await app.request(path, { method, headers: all, ...(body !== undefined && { body }) });
  const text = response.headers.get('content-type') === 'text/event-stream' ? '' : await response.text();
  return { status: response.status, headers: response.headers, text, json: text ? JSON.parse(text) : null };
}

beforeEach(() => {
  steps.length = 0;
});

describe('a request that is taken', () => {
  it('is answered with what the schema lets out, and no more', async () => {
    expect(await call('POST', '/v1/things', { body: '{"name":"x"}' })).toMatchObject({
      status: 201,
      json: { name: 'x' },
    });
    expect((await call('POST', '/v1/things', { body: '{"name":"x"}' })).text).not.toContain('column');
  });

  it('204: has no body', async () =>
    expect(await call('DELETE', `/v1/things/${ID}`)).toMatchObject({ status: 204, text: '' }));

  it('HEAD is GET without the body', async () => {
    expect(await call('HEAD', `/v1/things/${ID}`)).toMatchObject({ status: 200, text: '' });
  });

  it('HEAD ends the stream that nobody reads', async () => {
    expect(await call('HEAD', '/v1/stream')).toMatchObject({ status: 200 });
    expect(streams.at(-1)).toEqual({ cancelled: true });
  });
});

describe('a request that is refused', () => {
  it('401 comes before 400 and 415: strangers learn nothing', async () => {
    for (const init of [{ body: '{' }, { body: 'x', headers: { 'content-type': 'text/plain' } }, { body: '{"nam":1}' }])
      expect(await call('POST', '/v1/things', { ...init, anonymous: true })).toMatchObject({
        status: 401,
        json: { code: 'unauthenticated' },
      });
    expect(steps).toEqual(['admit', 'admit', 'admit']);
  });

  it('401 comes before 404', async () =>
    expect(await call('GET', '/v1/things/1', { anonymous: true })).toMatchObject({ status: 401 }));

  it.each(['1', 'x', `${ID}0`, '%00', '%ff', '%E0%A4%A', '..%2f..', "'--"])(
    '404: the id %s, which cannot exist',
    async (id) =>
      expect(await call('GET', `/v1/things/${id}`)).toMatchObject({ status: 404, json: { code: 'not-found' } }),
  );

  it('400: an unknown field, an unknown parameter, a repeated one', async () => {
    expect(await call('POST', '/v1/things', { body: '{"name":"x","role":"admin"}' })).toMatchObject({
      status: 400,
      json: { errors: [{ path: 'role' }] },
    });
    expect(await call('GET', `/v1/things/${ID}?x=1`)).toMatchObject({ status: 400, json: { errors: [{ path: 'x' }] } });
    expect(steps).not.toContain('handle');
  });

  it('404: a path that nobody knows, in the caller’s language', async () => {
    const { status, json, headers } = await call('GET', '/v1/nothing', { headers: { 'accept-language': 'tr' } });
    expect([status, headers.get('content-type')]).toEqual([404, 'application/problem+json']);
    expect(json).toMatchObject({ code: 'not-found', title: 'Bulunamadı', requestId: expect.stringMatching(/.{10}/) });
  });

  it.each([
    ['PUT', `/v1/things/${ID}`, 'DELETE, GET, HEAD, OPTIONS'],
    ['GET', '/v1/things', 'OPTIONS, POST'],
    ['HEAD', '/v1/things', 'OPTIONS, POST'],
    ['PROPFIND', '/v1/broken', 'GET, HEAD, OPTIONS'],
    ['PATCH', '/v1/things/quote', 'DELETE, GET, HEAD, OPTIONS, POST'],
  ])('405: %s %s may be asked with %s', async (method, path, allow) => {
    const { status, headers, text } = await call(method, path, { anonymous: true });
    expect([status, headers.get('allow')]).toEqual([405, allow]);
    if (method !== 'HEAD') expect(JSON.parse(text)).toMatchObject({ code: 'method-not-allowed' });
  });

  it('OPTIONS says what may be asked, and 404 where there is nothing', async () => {
    const { status, headers } = await call('OPTIONS', '/v1/things', { anonymous: true });
    expect([status, headers.get('allow')]).toEqual([204, 'OPTIONS, POST']);
    expect(await call('OPTIONS', '/v1/nothing')).toMatchObject({ status: 404 });
  });

  it('413 and 415: a stream by what it says of itself', async () => {
    const csv = { 'content-type': 'text/csv' };
    expect(await call('POST', '/v1/upload', { body: 'a', headers: { 'content-type': 'text/plain' } })).toMatchObject({
      status: 415,
    });
    expect(
      await call('POST', '/v1/upload', { body: 'a'.repeat(11), headers: { ...csv, 'content-length': '11' } }),
    ).toMatchObject({ status: 413 });
  });

  it('500: tells nothing to the caller and everything to the log', async () => {
    const { status, text, json } = await call('GET', '/v1/broken');
    expect([status, json.code]).toEqual([500, 'internal']);
    expect(text).not.toContain('secrets');
    expect(logged()).toContain('select * from secrets');
    expect(logged()).toContain(json.requestId);
  });

  it('500: an answer that is not what was promised never leaves', async () =>
    expect(await call('GET', '/v1/lying')).toMatchObject({ status: 500 }));

  it('503: the database is away; come again', async () => {
    const { status, headers, json } = await call('GET', '/v1/away');
    expect([status, headers.get('retry-after'), json.code]).toEqual([503, '5', 'unavailable']);
  });
});

describe('an Idempotency-Key', () => {
  const keyed = (key: string, path = '/v1/things', method = 'POST') =>
    call(method, path, { headers: { 'idempotency-key': key }, ...(path === '/v1/things' && { body: '{"name":"x"}' }) });

  it('runs a POST through `once`, after it was found in order', async () => {
    expect(await keyed('k-1')).toMatchObject({ status: 201 });
    expect(steps).toEqual(['admit', 'once k-1 post /v1/things 64', 'handle']);
  });

  it.each(['', 'a b', 'ğ', 'x'.repeat(256)])('400: %j is none', async (key) => {
    const headers = new Headers({ authorization: 'x', 'content-type': 'application/json' });
    headers.set('idempotency-key', encodeURI(key) === key ? key : 'a b');
    const response = await app.request('/v1/things', { method: 'POST', headers, body: '{"name":"x"}' });
    expect(await response.json()).toMatchObject({ status: 400, errors: [{ path: 'Idempotency-Key' }] });
  });

  it('means nothing to what is no POST, or is open to anybody', async () => {
    await keyed('k', `/v1/things/${ID}`, 'GET');
    await keyed('k', '/hooks/open');
    expect(steps.filter((step) => step.startsWith('once'))).toEqual([]);
  });
});
