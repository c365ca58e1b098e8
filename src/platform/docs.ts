import type { OpenAPIHono } from '@hono/zod-openapi';
import { compress } from 'hono/compress';
import { type DocsFile, docsFiles } from './docs-files.ts';

const about = {
  title: 'Ulak',
  version: '1.0.0',
  description:
    'Campaigns over WhatsApp, paid with prepaid credits, sent inside local sending hours and followed message by message. ' +
    'Errors are RFC 9457 problems in Turkish or English (Accept-Language). Lists are paged by cursor. ' +
    'A POST may carry an Idempotency-Key; it is kept for 24 hours.',
};

/** `/openapi.json` (OpenAPI 3.1) and `/docs`, the same for people. */
export function serveDocs(app: OpenAPIHono): void {
  app.openAPIRegistry.registerComponent('securitySchemes', 'bearer', {
    type: 'http',
    scheme: 'bearer',
    description: 'The token of a sign-in',
  });
  app.openAPIRegistry.registerComponent('securitySchemes', 'cookie', {
    type: 'apiKey',
    in: 'cookie',
    name: 'ulak.session_token',
  });
  app.openAPIRegistry.registerComponent('securitySchemes', 'apiKey', {
    type: 'apiKey',
    in: 'header',
    name: 'x-api-key',
  });
  let document: object | undefined;
  app.use('/openapi.json', compress());
  app.use('/docs/*', compress());
  app.get('/openapi.json', (c) => {
    document ??= app.getOpenAPI31Document({ openapi: '3.1.0', info: about, servers: [{ url: '/' }] });
    return c.json(document);
  });
  for (const file of docsFiles()) app.get(file.path, (c) => answerFile(file, c.req.header('if-none-match')));
}

/** Everything comes from us: a page that loads from elsewhere would hand its readers' tokens to whoever is there. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

async function answerFile({ type, tag, read }: DocsFile, known: string | undefined): Promise<Response> {
  const headers = { 'content-type': type, etag: tag, 'cache-control': 'no-cache', 'content-security-policy': POLICY };
  if (known?.replace(/^W\//, '') === tag) return new Response(null, { status: 304, headers });
  return new Response(await read(), { headers });
}
