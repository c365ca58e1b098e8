import { type RouteConfig, z } from '@hono/zod-openapi';
import { type ProblemCode, problems } from './problem.ts';
import type { RouteSpec } from './route.ts';

export const ProblemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.enum(Object.keys(problems) as [ProblemCode, ...ProblemCode[]]),
    requestId: z.string(),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
    required: z.int().optional().openapi({ description: 'With `insufficient-credits`' }),
    available: z.int().optional().openapi({ description: 'With `insufficient-credits`' }),
    campaignStatus: z.string().optional().openapi({ description: 'Where a campaign’s status does not allow it' }),
  })
  .openapi('Problem', {
    description:
      'RFC 9457. `code` is stable; `title` and `detail` follow Accept-Language (tr, en). Further members say more about some refusals.',
  });

type AnySpec = RouteSpec<
  z.ZodObject | undefined,
  z.ZodObject | undefined,
  z.ZodType | undefined,
  z.ZodType | undefined
>;

/** The OpenAPI operation of a route, with every refusal that it can give. */
export function describeRoute(spec: AnySpec): RouteConfig {
  return {
    method: spec.method,
    path: spec.path,
    summary: spec.summary,
    ...(spec.description && { description: spec.description }),
    tags: [spec.tag],
    operationId: operationId(spec),
    security: spec.access === 'public' ? [] : [{ bearer: [] }, { cookie: [] }, { apiKey: [] }],
    ...(spec.scope && { 'x-scope': spec.scope }),
    request: {
      ...(spec.params && { params: spec.params }),
      ...(spec.query && { query: spec.query }),
      ...(isRepeatable(spec) && { headers: IdempotencyHeader }),
      ...bodyOf(spec),
    },
    responses: { ...answerOf(spec), ...refusalsOf(spec) },
  } as RouteConfig;
}

const IdempotencyHeader = z.object({
  'Idempotency-Key': z
    .string()
    .max(255)
    .optional()
    .openapi({ description: 'Same key and body within 24 h: the first answer again.' }),
});

const operationId = (spec: AnySpec): string =>
  spec.method +
  spec.path.replaceAll(/[{}]/g, '').replaceAll(/[^a-z0-9]+(\w)/gi, (_, first: string) => first.toUpperCase());

function bodyOf(spec: AnySpec) {
  if (spec.body) return { body: { required: true, content: { 'application/json': { schema: spec.body } } } };
  if (spec.stream === 'application/gzip')
    return {
      body: { required: true, content: { [spec.stream]: { schema: z.string().openapi({ format: 'binary' }) } } },
    };
  if (spec.stream === 'text/csv') {
    const others = (spec.alsoConsumes ?? []).map((type) => [
      type,
      { schema: z.string().openapi({ format: 'binary' }) },
    ]);
    const content = { 'text/csv': { schema: z.string() }, ...Object.fromEntries(others) };
    return { body: { required: true, content } };
  }
  if (spec.stream)
    return {
      body: {
        required: true,
        content: {
          'multipart/form-data': {
            schema: z.object({
              file: z.string().openapi({ format: 'binary' }),
              voiceNote: z.enum(['true', 'false']).optional(),
            }),
          },
        },
      },
    };
  return {};
}

function answerOf(spec: AnySpec) {
  const content = {
    ...(spec.answer.schema && { 'application/json': { schema: spec.answer.schema } }),
    ...Object.fromEntries((spec.alsoProduces ?? []).map((type) => [type, { schema: z.string() }])),
  };
  const description = spec.answer.description ?? 'Done';
  const headers = isRepeatable(spec)
    ? { 'Idempotency-Replayed': header('`true` when it is the first answer again') }
    : {};
  return {
    [spec.answer.status]: { description, headers, ...(Object.keys(content).length > 0 && { content }) },
  };
}

/** Whether it takes an Idempotency-Key. */
export const isRepeatable = (spec: AnySpec): boolean =>
  spec.method === 'post' && (spec.access !== 'public' || spec.keyHolder !== undefined);

const header = (description: string) => ({ description, schema: { type: 'string' as const } });
const retryAfter = { 'Retry-After': header('Seconds') };
const headersOf: Record<number, object> = {
  429: { ...retryAfter, RateLimit: header('What is left'), 'RateLimit-Policy': header('What there is') },
  503: retryAfter,
};

/** The codes a route may answer: its own and those that its shape brings along. */
export function refusalCodes(spec: AnySpec): ProblemCode[] {
  const codes = new Set<ProblemCode>([
    'invalid-request',
    'rate-limited',
    'internal',
    'unavailable',
    ...(spec.problems ?? []),
  ]);
  if (spec.access !== 'public') for (const code of ['unauthenticated', 'forbidden', 'banned'] as const) codes.add(code);
  if (spec.params) codes.add('not-found');
  if (spec.body || spec.stream) for (const code of ['too-large', 'unsupported-media-type'] as const) codes.add(code);
  if (isRepeatable(spec))
    for (const code of ['request-in-progress', 'outcome-unknown', 'idempotency-key-reused'] as const) codes.add(code);
  return [...codes];
}

function refusalsOf(spec: AnySpec) {
  const byStatus = Map.groupBy(refusalCodes(spec), (code) => problems[code].status);
  return Object.fromEntries(
    [...byStatus]
      .sort(([a], [b]) => a - b)
      .map(([status, codes]) => [
        status,
        {
          description: codes.map((code) => `\`${code}\`: ${problems[code].en}`).join('; '),
          ...(headersOf[status] && { headers: headersOf[status] }),
          content: { 'application/problem+json': { schema: ProblemSchema } },
        },
      ]),
  );
}
