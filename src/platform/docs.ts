import { setImmediate as nextTurn } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { OpenAPIHono } from '@hono/zod-openapi';
import { compress } from 'hono/compress';
import { type DocsFile, docsFiles } from './docs-files.ts';
import { describeRoute } from './openapi.ts';
import type { Route } from './route.ts';

const about = {
  title: 'Ulak',
  version: '1.0.0',
  description:
    'Campaigns over WhatsApp, paid with prepaid credits, sent inside local sending hours and followed message by message. ' +
    'Errors are RFC 9457 problems in Turkish or English (Accept-Language). Lists are paged by cursor. ' +
    'A POST may carry an Idempotency-Key; it is kept for 24 hours.',
};

/** Writes what it is to describe into the registry of an app. */
type Registration = (part: OpenAPIHono) => void;

/** So many routes are described in a turn: the whole document takes half a second. */
const ROUTES_IN_TURN = 4;

/**
 * `/openapi.json` (OpenAPI 3.1) of the routes, and `/docs`, the same for people.
 * @param describeMore what else belongs into the document; called once, when it is asked for.
 */
export function serveDocs(app: OpenAPIHono, routes: Route[], describeMore: Registration): void {
  let written: Promise<Uint8Array<ArrayBuffer>> | undefined;
  app.use('/openapi.json', compress());
  app.use('/docs/*', compress());
  app.get('/openapi.json', async (c) => {
    written ??= writeDocument(routes, describeMore);
    return c.body(await written, 200, { 'content-type': 'application/json' });
  });
  for (const file of docsFiles()) app.get(file.path, (c) => answerFile(file, c.req.header('if-none-match')));
}

type Piece = ReturnType<OpenAPIHono['getOpenAPI31Document']>;
type Schemas = NonNullable<NonNullable<Piece['components']>['schemas']>;

/** Piece by piece, so that others are answered meanwhile; kept as it is sent. */
async function writeDocument(routes: Route[], describeMore: Registration): Promise<Uint8Array<ArrayBuffer>> {
  const whole = makePiece((part) => {
    describeSecurity(part);
    describeMore(part);
  });
  const paths: Record<string, object> = {};
  const schemas: Schemas = { ...whole.components?.schemas };
  const describedBy = new Map<string, Route[]>();
  for (let i = 0; i < routes.length; i += ROUTES_IN_TURN) {
    await nextTurn();
    const some = routes.slice(i, i + ROUTES_IN_TURN);
    const piece = makeLike(some, schemas, describedBy);
    for (const [path, methods] of Object.entries(piece.paths ?? {})) paths[path] = { ...paths[path], ...methods };
    for (const [name, schema] of Object.entries(piece.components?.schemas ?? {})) {
      if (name in schemas) continue;
      schemas[name] = schema;
      describedBy.set(name, some);
    }
  }
  await nextTurn();
  const components = { ...whole.components, schemas };
  return new TextEncoder().encode(JSON.stringify({ ...whole, paths, components }));
}

/**
 * A schema is described as whoever names it first needs it: the others say what differs. Where these routes would describe one
 * differently they are described once more, behind those that came first.
 */
function makeLike(routes: Route[], known: Schemas, describedBy: Map<string, Route[]>): Piece {
  const piece = makePiece((part) => register(part, routes));
  const differing = Object.entries(piece.components?.schemas ?? {}).flatMap(([name, schema]) =>
    name in known && !isDeepStrictEqual(known[name], schema) ? (describedBy.get(name) ?? []) : [],
  );
  return differing.length === 0 ? piece : makePiece((part) => register(part, [...new Set(differing), ...routes]));
}

function register({ openAPIRegistry }: OpenAPIHono, routes: Route[]): void {
  for (const { spec } of routes) openAPIRegistry.registerPath(describeRoute(spec));
}

function makePiece(describe: Registration): Piece {
  const part = new OpenAPIHono();
  describe(part);
  return part.getOpenAPI31Document({ openapi: '3.1.0', info: about, servers: [{ url: '/' }] });
}

function describeSecurity({ openAPIRegistry: registry }: OpenAPIHono): void {
  registry.registerComponent('securitySchemes', 'bearer', {
    type: 'http',
    scheme: 'bearer',
    description: 'The token of a sign-in',
  });
  registry.registerComponent('securitySchemes', 'cookie', {
    type: 'apiKey',
    in: 'cookie',
    name: 'ulak.session_token',
  });
  registry.registerComponent('securitySchemes', 'apiKey', {
    type: 'apiKey',
    in: 'header',
    name: 'x-api-key',
  });
}

/** Everything comes from us: a page that loads from elsewhere would hand its readers' tokens to whoever is there. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

async function answerFile({ type, tag, read }: DocsFile, known: string | undefined): Promise<Response> {
  const headers = { 'content-type': type, etag: tag, 'cache-control': 'no-cache', 'content-security-policy': POLICY };
  if (known?.replace(/^W\//, '') === tag) return new Response(null, { status: 304, headers });
  return new Response(await read(), { headers });
}
