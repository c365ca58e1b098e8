import type { OpenAPIHono } from '@hono/zod-openapi';
import { Scalar } from '@scalar/hono-api-reference';

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
  app.get('/openapi.json', (c) =>
    c.json(app.getOpenAPI31Document({ openapi: '3.1.0', info: about, servers: [{ url: '/' }] })),
  );
  app.get('/docs', Scalar({ url: '/openapi.json', pageTitle: 'Ulak API' }));
}
