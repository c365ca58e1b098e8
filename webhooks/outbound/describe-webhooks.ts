import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { Id, InstantOut } from '#src/platform/schemas.ts';
import { EVENT_VERSION, eventCatalogue, type WebhookEventType } from './event-catalogue.ts';
import { PING } from './ping-endpoint.ts';

const headers = z.object({
  'webhook-id': z
    .string()
    .openapi({ description: 'The event’s: the same in every attempt and replay. What is known may be dropped' }),
  'webhook-timestamp': z
    .string()
    .openapi({ description: 'Of the attempt, in seconds since 1970. Refuse what is older than five minutes' }),
  'webhook-signature': z.string().openapi({
    description:
      '`v1,` and the base64 of HMAC-SHA256 over `{id}.{timestamp}.{body}`; two of them, divided by a blank, for a day after a rotation',
  }),
});
const DELIVERY =
  'Any 2xx answer within 15 seconds counts. Anything else is tried again after 5 s, 5 min, 30 min, 2, 5, 10, 14, 20 and 24 h; `Retry-After` of a ' +
  '429 or 503 is heeded, 410 switches the endpoint off. At least once, in no promised order: compare `timestamp`, or ask for the thing itself.';

/** Describes every event in the `webhooks` of the OpenAPI document, with an example that its own schema takes. */
export function describeWebhooks(app: OpenAPIHono): void {
  for (const [type, { summary, data, example }] of Object.entries(eventCatalogue))
    register(app, type, summary, data, example);
  register(
    app,
    PING,
    'A test that somebody asked for (`POST /v1/webhook-endpoints/{id}/test`)',
    z.object({ endpointId: Id }),
    { endpointId: '019a0000-0000-7000-8000-000000000001' },
  );
}

function register(
  app: OpenAPIHono,
  type: string,
  summary: string,
  data: z.ZodObject,
  example: Record<string, unknown>,
): void {
  const name = type.replaceAll(/(?:^|[.-])(\w)/g, (_, first: string) => first.toUpperCase());
  const schema = z
    .object({
      id: Id,
      type: z.literal(type as WebhookEventType),
      apiVersion: z.literal(EVENT_VERSION),
      timestamp: InstantOut.openapi({ description: 'When it happened' }),
      organizationId: Id,
      data,
    })
    .openapi(`${name}Event`, { example: exampleOf(type, example) as never });
  app.openAPIRegistry.registerWebhook({
    method: 'post',
    path: type,
    operationId: `on${name}`,
    summary,
    description: DELIVERY,
    tags: ['Webhooks'],
    security: [],
    request: { headers, body: { required: true, content: { 'application/json': { schema } } } },
    responses: { 200: { description: 'Taken; any 2xx will do' }, 410: { description: 'Send nothing here any more' } },
  });
}

const exampleOf = (type: string, data: Record<string, unknown>) => ({
  id: '019a0000-0000-7000-8000-0000000000ee',
  type,
  apiVersion: EVENT_VERSION,
  timestamp: '2026-03-02T09:00:00.000Z',
  organizationId: '019a0000-0000-7000-8000-0000000000aa',
  data,
});
