import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { activities } from '#src/db/schema/activities.ts';
import { type Watch, watchWrites } from './fingerprint.ts';
import { ANSWERS_ALIKE, createTheirs, KEEPS_WORDS, NOBODYS, readAlike, withForeignIds } from './foreign.ts';
import { matrix } from './matrix.ts';
import { type Mutation, withNul, withUnknownField, wrongTypes } from './mutations.ts';
import { readOperations } from './operations.ts';
import { expectRefusal, expectSafeHeaders, readRefusal } from './refusal.ts';
import { allowed, as, askFor, type Change, type Headers, streamed, withKey } from './request.ts';
import { createScene } from './scene.ts';
import { inFours, NO_IDS, NO_KEYS, NO_LIMITS, NO_OBJECTS, turn } from './turns.ts';
import { unrecordedRoutes } from './unrecorded-routes.ts';
import { createValidator } from './validator.ts';

const MEGABYTE = 1024 * 1024;
const scene = await createScene();
afterAll(() => scene[Symbol.asyncDispose]());
const { acme, globex } = scene.world;
const theirs = await createTheirs(scene);
const { document, operations } = await readOperations(scene.world.call);
const routes = operations.filter(({ key }) => matrix[key]).map((operation) => routeOf(operation));
type Route = ReturnType<typeof routeOf>;

function routeOf(operation: (typeof operations)[number]) {
  const entry = matrix[operation.key]!;
  const ask = askFor(scene, operation, entry);
  return {
    operation,
    entry,
    ask,
    me: allowed(scene, entry),
    refuses: (wanted: string, who: Headers, change: Change = {}) =>
      expectRefusal(operation, wanted, (language) => ask({ ...who, ...language }, change)),
  };
}

it('has a line in the matrix for every route that is served, and for no other', () => {
  expect(operations.map(({ key }) => key).sort()).toEqual(Object.keys(matrix).sort());
});

it('is open to anybody where the matrix says so, and nowhere else', () => {
  const open = operations.filter((operation) => operation.public).map(({ key }) => key);
  expect(open.sort()).toEqual(
    Object.keys(matrix)
      .filter((key) => matrix[key]!.access === 'public')
      .sort(),
  );
});

it.each(Object.entries(document.paths))('405: says which methods there are at %s', async (path, methods) => {
  const url = path.replaceAll(/\{\w+\}/g, scene.ids.customer);
  const response = await scene.world.call('PROPFIND', url, undefined, { 'accept-language': 'tr' });
  const known = Object.keys(methods).map((method) => method.toUpperCase());
  expect(response.headers.get('allow')?.split(', ')).toEqual(expect.arrayContaining(known));
  expect(await response.json()).toMatchObject({
    status: 405,
    code: 'method-not-allowed',
    title: 'Bu yöntem desteklenmiyor',
  });
});

it('404: a path that nobody knows', async () => {
  const response = await acme.call('GET', '/v1/nonsense', undefined, { 'accept-language': 'tr' });
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  expect(await response.json()).toMatchObject({ status: 404, code: 'not-found', title: 'Bulunamadı' });
});

let watch: Watch;
let before: Record<string, string>;
beforeAll(async () => {
  watch = await watchWrites(scene.world);
  before = await watch.fingerprint();
});

describe.each(routes)('$operation.key', (route) => {
  if (route.entry.access !== 'public') refusesStrangers(route);
  if (route.operation.params.length > 0) refusesPaths(route);
  if (!route.entry.anyQuery) refusesQueries(route);
  if (route.operation.method === 'POST' && route.entry.access !== 'public') refusesKeys(route);
  if (route.entry.raw) refusesRawBodies(route);
  if (route.entry.bodies) refusesBodies(route);
  it('nothing of that has changed a row or left a file', async () => {
    expect({ files: await watch.files(), rows: await watch.written() }).toEqual({ files: before['files'], rows: 0 });
  });
});

it('nothing of all that has changed a row or left a file', async () => {
  expect(await watch.fingerprint()).toEqual(before);
  await watch.end();
});

function refusesStrangers({ entry, refuses, operation }: Route): void {
  it('401: without a login, or with one that is none', async () => {
    await refuses('401 unauthenticated', {});
    await refuses('401 unauthenticated', { authorization: 'Bearer nonsense' });
    await refuses('401 unauthenticated', withKey('ulak_nonsense'));
    await refuses('401 unauthenticated', { cookie: 'ulak.session_token=nonsense' });
  });
  it('403: banned', () => refuses('403 banned', as(scene.banned)));
  it('403: an API key that is not meant for it', async () => {
    expect(operation.scope).toBe(entry.scope);
    await refuses('403 forbidden', withKey(entry.scope ? scene.allBut(entry.scope) : scene.only('account:read')));
    if (entry.access === 'admin') await refuses('403 forbidden', withKey(scene.adminKey));
  });
  if (entry.access === 'admin') it('403: an owner who is no platform admin', () => refuses('403 forbidden', as(acme)));
  if (entry.of && entry.access === 'user')
    it("F59: 404: another organization's", () => refuses('404 not-found', as(globex)));
  if (entry.foreign)
    it("400: another organization's ids in the body; a filter by them finds nothing", async () => {
      for (const { path, body } of entry.foreign!(scene)) {
        const json = { 'content-type': body ? 'application/json' : 'text/csv' };
        const content = body ?? (operation.method === 'POST' ? 'firstName\nCan\n' : undefined);
        const response = await globex.call(operation.method, path, content, json);
        if (operation.method === 'GET') expect(await response.json()).toEqual({ data: [], nextCursor: null });
        else expect((await readRefusal(operation, response)).status).toBeOneOf([400, 404]);
      }
    });
}

function refusesPaths({ entry, operation, refuses, me }: Route): void {
  const nobodys = ['00000000-0000-0000-0000-000000000000', '019a0000-0000-7000-8000-00000000000f'];
  if (!entry.of) return;
  it.each(operation.params)('404: %s that is nobody’s, or no id at all', async (name) => {
    // the same schema everywhere, so each route is put to some of them, and all to some route
    expect(operation.paramFormats[name]).toBe('uuid');
    const some = turn(NO_IDS, 3);
    await Promise.all([...nobodys, ...some].map((id) => refuses('404 not-found', me, { params: { [name]: id } })));
  });
}

function refusesQueries({ operation, refuses, me, ask }: Route): void {
  it('400: a query parameter that nobody knows', async () => {
    const { errors } = await refuses('400 invalid-request', me, { query: 'nonsense=1' });
    expect(errors!.map(({ path }) => path)).toEqual(['nonsense']);
    await refuses('400 invalid-request', me, { query: '__proto__=1' });
  });
  if (operation.query.length > 0)
    it('400: a parameter twice, or with a NUL', async () => {
      for (const name of operation.query) {
        const { errors } = await refuses('400 invalid-request', me, { query: `${name}=%00` });
        expect(errors!.map(({ path }) => path)).toEqual([name]);
        await refuses('400 invalid-request', me, { query: `${name}=5&${name}=6` });
      }
    });
  if (operation.query.includes('cursor'))
    it('400: a cursor that is not ours, a limit that is none', async () => {
      const forged = [null, [], {}, [null], ['x'], [1.5], [1, 2, 3, 4], [['x']], [2 ** 53], ["' or 1=1 --"]];
      const cursors = [
        'nonsense',
        '%F0%9F%93%A8',
        ...forged.map((key) => Buffer.from(JSON.stringify(key)).toString('base64url')),
      ];
      await Promise.all(cursors.map((cursor) => refuses('400 invalid-request', me, { query: `cursor=${cursor}` })));
      const strange = [2 ** 31, -(2 ** 31) - 1, Number.MAX_SAFE_INTEGER, 'ffffffff-ffff-ffff-ffff-ffffffffffff'];
      for (const key of strange) {
        const response = await ask(
          { ...me },
          { query: `cursor=${Buffer.from(JSON.stringify([key])).toString('base64url')}` },
        );
        if (response.status !== 200) await readRefusal(operation, response);
      }
      for (const limit of turn(NO_LIMITS, 2)) await refuses('400 invalid-request', me, { query: `limit=${limit}` });
    });
}

function refusesKeys({ refuses, me }: Route): void {
  it('400: an Idempotency-Key that is too long or not visible ASCII', async () => {
    for (const key of turn(NO_KEYS, 2)) await refuses('400 invalid-request', { ...me, 'idempotency-key': key });
  });
}

function refusesRawBodies({ entry, operation, refuses, me, ask }: Route): void {
  const { headers, begin, limitBytes } = entry.raw!;
  it('415: another content type, or none', async () => {
    for (const type of ['application/xml', 'text/plain'])
      await refuses('415 unsupported-media-type', me, { headers: { 'content-type': type } });
  });
  it('413: stops reading at the first byte too many', async () => {
    const body = streamed(begin, limitBytes + 8 * MEGABYTE);
    const problem = await readRefusal(operation, await ask(me, { body: body.body, headers }));
    expect(problem.code).toBe('too-large');
    expect(body.pulled()).toBeLessThan(limitBytes + 2 * MEGABYTE);
  });
  it('400: nothing in it', async () => {
    await refuses('400 invalid-request', me, { body: '' });
  });
}

function refusesBodies({ entry, operation, refuses, me, ask }: Route): void {
  const bodies = [...entry.bodies!(scene), ...(entry.twin?.bodies(scene) ?? [])];
  const json = { 'content-type': 'application/json' };
  const refusesEach = inFours(async ({ path, body }: Mutation) => {
    const { errors } = await refuses('400 invalid-request', me, { body });
    expect(errors!.map((error) => error.path)).toEqual([path]);
  });
  it('names every field there is in its examples, and takes no other', () => {
    const { properties = {}, additionalProperties } = operation.bodySchema!;
    expect(Object.keys(Object.assign({}, ...bodies)).sort()).toEqual(Object.keys(properties).sort());
    expect(additionalProperties).toBe(false);
  });
  it('F60: 400: names the one field that it does not know', async () => {
    await refusesEach(bodies.flatMap(withUnknownField));
    for (const key of ['__proto__', 'constructor', '\\u0000', '\\ud800']) {
      const text = JSON.stringify({ ...bodies[0], key: 1 }).replace('"key"', `"${key}"`);
      await refuses('400 invalid-request', me, { body: text, headers: json });
    }
  });
  it('400: names the one field of a wrong type', async () => {
    await refusesEach(bodies.flatMap(wrongTypes));
  });
  it('400: names the field with a NUL in it', async () => {
    await refusesEach(bodies.flatMap(withNul));
  });
  if (entry.access === 'user' && !KEEPS_WORDS.test(operation.key))
    it('F59: an id of another organization in the body is answered like one that nobody has', async () => {
      for (const { path, foreign, nobodys, id } of bodies.flatMap((body) => withForeignIds(scene, theirs, body))) {
        const [theirsIn, nobodysIn] = [await ask(me, { body: foreign }), await ask(me, { body: nobodys })];
        if (!ANSWERS_ALIKE.test(operation.key)) expect(theirsIn.status, path).toBeOneOf([400, 403, 404, 409]);
        expect(await readAlike(theirsIn, id), path).toBe(await readAlike(nobodysIn, NOBODYS));
      }
    });
  it('F61: 400: what is no JSON object', async () => {
    for (const body of turn(NO_OBJECTS, 4)) await refuses('400 invalid-request', me, { body, headers: json });
  });
  it('415: another content type, or none', async () => {
    const body = JSON.stringify(bodies[0]);
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp'])
      await refuses('415 unsupported-media-type', me, { body, headers: { 'content-type': type } });
  });
  it('413: too long, as declared or as it comes', async () => {
    await refuses('413 too-large', me, { body: '{}', headers: { ...json, 'content-length': String(MEGABYTE + 1) } });
    const body = streamed(Buffer.from('{'), 8 * MEGABYTE);
    const problem = await readRefusal(operation, await ask(me, { body: body.body, headers: json }));
    expect(problem.code).toBe('too-large');
    expect(body.pulled()).toBeLessThan(2 * MEGABYTE);
  });
}

describe('all of that was refused for its own reason alone: the same requests go through, and every change is in the activities', () => {
  const faultsOf = createValidator(document);
  const order = Object.keys(matrix);
  const inOrder = routes.toSorted((a, b) => order.indexOf(a.operation.key) - order.indexOf(b.operation.key));

  it.each(inOrder)('$operation.key', async ({ operation, entry, ask, me }) => {
    const { twin } = entry;
    const askOfTwin = twin && askFor(scene, operation, { ...entry, of: twin.of });
    const own = (entry.bodies?.(scene) ?? [undefined]).map((body) => ({ body, ask }));
    const twins = twin?.bodies(scene).map((body) => ({ body, ask: askOfTwin! })) ?? [];
    for (const { body, ask } of [...own, ...twins]) {
      const who = entry.scope ? withKey(scene.only(entry.scope)) : me;
      const response = await ask(who, body ? { body } : {});
      const { status } = response;
      expectSafeHeaders(response);
      if (status < 300) expect(await unrecorded(operation, response)).toBeNull();
      if (entry.answers) expect(status).toBe(entry.answers);
      else expect(status, status < 300 ? '' : await response.text()).toBeLessThan(300);
      if (status >= 400) await readRefusal(operation, response);
      const schema = operation.answers[status];
      if (status >= 400) continue;
      if (!schema) {
        await response.body?.cancel();
        continue;
      }
      expect(faultsOf(schema, await response.json())).toBeNull();
    }
  });
});

/** A change that is in no activity of its request, or an excuse that is none any more. */
async function unrecorded({ key, method }: Route['operation'], response: Response): Promise<string | null> {
  if (method === 'GET' || matrix[key]!.access === 'public') return null;
  const requestId = response.headers.get('x-request-id')!;
  const found = await scene.world.ctx.db.select().from(activities).where(eq(activities.requestId, requestId)).limit(1);
  if (found.length > 0) return key in unrecordedRoutes ? `${key} is recorded, and excused` : null;
  return key in unrecordedRoutes ? null : `${key} is in no activity`;
}
