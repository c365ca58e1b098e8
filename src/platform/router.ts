import { type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { isOutage } from './is-outage.ts';
import { chooseLanguage, type Language } from './language.ts';
import type { Log } from './log.ts';
import { isRepeatable } from './openapi.ts';
import { notFound, Problem } from './problem.ts';
import { check, readJson, readQuery, requireContentType, requireLength } from './read-request.ts';
import { hashOf, hashStream, type RequestHash } from './request-hash.ts';
import type { Route } from './route.ts';

/** A POST with an Idempotency-Key; `holder`: whose it is, where nobody is signed in. */
export type KeyedCall = { key: string; operation: string; hash: RequestHash; holder: string | null };
export type Visit = { request: Request; language: Language; requestId: string; address: string | null };

/** What the router leaves to others: who is asking, how often he may, and what he was answered before. */
export type Doorkeeper<C> = {
  /** Throws `unauthenticated`, `forbidden` or `banned`. Sets headers on `c` before the answer (rate limits). */
  admit(route: Route<C>, visit: Visit, c: Context): Promise<C>;
  /** Has a step of a request wait until there is room for it. Throws `unavailable` after a while. */
  inTurn<T>(route: Route<C>, step: () => Promise<T>): Promise<T>;
  /** Runs a POST once for its Idempotency-Key. */
  once(ctx: C, call: KeyedCall, run: (ctx: C) => Promise<Response>): Promise<Response>;
  log: Log;
};

/** The most that is read of a body to be compared, where its route sets no limit. */
const MOST_COMPARED_BYTES = 128 * 1024 * 1024;
const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,255}$/;

/** Hangs every route on the app; answers whatever else is asked, and whatever goes wrong. */
export function mountRoutes<C>(app: OpenAPIHono, routes: Route<C>[], keeper: Doorkeeper<C>): void {
  for (const route of routes) {
    app.on(route.spec.method.toUpperCase(), honoPath(route.spec.path), async (c) => {
      const response = await answer(route, keeper, c);
      // Hono drops the body of an answer to HEAD; one that streams would go on for nobody
      if (c.req.method === 'HEAD') await response.body?.cancel();
      return response;
    });
  }
  const methodsOf = findMethods(routes);
  app.onError((error, c) => answerError(error, c, keeper.log));
  app.notFound((c) => {
    const allowed = methodsOf(c.req.path);
    if (c.req.method === 'OPTIONS' && allowed) return c.body(null, 204, { Allow: allowed });
    const refusal = allowed ? new Problem('method-not-allowed', { headers: { Allow: allowed } }) : notFound();
    return answerError(refusal, c, keeper.log);
  });
}

/** What may be done at a path, as an Allow header says it; undefined where there is nothing. */
function findMethods<C>(routes: Route<C>[]): (path: string) => string | undefined {
  const patterns = routes.map(({ spec }) => ({
    method: spec.method.toUpperCase(),
    pattern: new RegExp(`^${spec.path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`),
  }));
  return (path) => {
    const found = new Set(patterns.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method));
    if (found.size === 0) return undefined;
    if (found.has('GET')) found.add('HEAD');
    return [...found.add('OPTIONS')].sort().join(', ');
  };
}

const honoPath = (path: string): string => path.replaceAll(/\{(\w+)\}/g, ':$1');

async function answer<C>(route: Route<C>, keeper: Doorkeeper<C>, c: Context): Promise<Response> {
  const visit = visitOf(c);
  const ctx = await keeper.inTurn(route, () => keeper.admit(route, visit, c));
  const key = isRepeatable(route.spec) ? c.req.header('idempotency-key') : undefined;
  const { input, hash } = await readInput(route, visit, c, key !== undefined);
  const run = async (inner: C) => present(route, await route.handle({ ...input, ctx: inner } as never), c);
  if (key === undefined) return keeper.inTurn(route, () => run(ctx));
  if (!IDEMPOTENCY_KEY.test(key))
    throw new Problem('invalid-request', {
      errors: [
        {
          path: 'Idempotency-Key',
          message: { en: '1 to 255 visible ASCII characters', tr: '1–255 görünür ASCII karakter' },
        },
      ],
    });
  const holder = route.spec.keyHolder?.(input.body as never) ?? null;
  const call: KeyedCall = { key, operation: `${route.spec.method} ${c.req.path}`, hash, holder };
  return keeper.inTurn(route, () => keeper.once(ctx, call, run));
}

export function visitOf(c: Context): Visit {
  return {
    request: c.req.raw,
    language: chooseLanguage(c.req.header('accept-language')),
    requestId: c.get('requestId') as string,
    address: (c.get('address') as string | null | undefined) ?? null,
  };
}

async function readInput<C>({ spec }: Route<C>, { request, language }: Visit, c: Context, compared: boolean) {
  const params = spec.params && checkParams(spec.params, c, language);
  const query = check(spec.query ?? z.strictObject({}), readQuery(request.url), language);
  if (spec.stream) {
    requireContentType(request, spec.stream, ...(spec.alsoConsumes ?? []));
    if (spec.bodyLimitBytes) requireLength(request, spec.bodyLimitBytes);
    const stream = compared && hashStream(query, request, spec.bodyLimitBytes ?? MOST_COMPARED_BYTES);
    const input = { params, query, body: undefined, request: stream ? stream.request : request, c };
    return { input, hash: stream ? stream.hash : hashOf(query, '') };
  }
  const { text, json } = spec.body ? await readJson(request, spec.bodyLimitBytes) : { text: '', json: undefined };
  const body = spec.body && check(spec.body, json, language);
  return { input: { params, query, body, request, c }, hash: hashOf(query, text) };
}

/** An id that cannot exist is not found, like one that does not. */
function checkParams(schema: z.ZodObject, c: Context, language: Language): unknown {
  try {
    return check(schema, c.req.param(), language);
  } catch (error) {
    throw new Problem('not-found', { cause: error });
  }
}

function present<C>({ spec }: Route<C>, result: unknown, c: Context): Response {
  if (result instanceof Response) return result;
  if (spec.answer.status === 204 || !spec.answer.schema) return c.body(null, spec.answer.status as 204);
  return c.json(spec.answer.schema.parse(result) as object, spec.answer.status as 200);
}

/** Answers whatever was thrown: a Problem as it says, anything else as a 500 that tells nothing. */
export function answerError(error: unknown, c: Context, log: Log): Response {
  const { language, requestId } = visitOf(c);
  const problem =
    error instanceof Problem ? error : new Problem(isOutage(error) ? 'unavailable' : 'internal', { cause: error });
  if (problem.status >= 500)
    log.error({ requestId, err: problem.cause ?? problem, code: problem.code }, 'request failed');
  else if (problem.cause) log.debug({ requestId, err: problem.cause, code: problem.code }, 'request refused');
  const headers: Record<string, string> = { 'content-type': 'application/problem+json', ...problem.options.headers };
  if (problem.status === 503) headers['Retry-After'] ??= '5';
  return c.body(JSON.stringify(problem.body(language, requestId)), problem.status as 400, headers);
}
