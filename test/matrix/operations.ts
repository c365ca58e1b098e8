import type { Call } from '#test/support/cast.ts';

export type JsonSchema = {
  $ref?: string;
  type?: string | string[];
  properties?: Record<string, JsonSchema>;
  additionalProperties?: boolean;
  items?: JsonSchema;
  enum?: unknown[];
  anyOf?: JsonSchema[];
  format?: string;
};

/** What the served OpenAPI document says of one operation. */
export type Operation = {
  /** `POST /v1/customers` */
  key: string;
  method: string;
  path: string;
  public: boolean;
  scope: string | undefined;
  params: string[];
  paramFormats: Record<string, string | undefined>;
  query: string[];
  contentType: string | undefined;
  bodySchema: JsonSchema | undefined;
  /** `409 conflict` and so on. */
  refusals: Set<string>;
  answers: Record<string, JsonSchema | undefined>;
};

type Media = { content?: Record<string, { schema: JsonSchema }> };
type Described = {
  security?: unknown[];
  'x-scope'?: string;
  parameters?: { name: string; in: string; schema?: JsonSchema }[];
  requestBody?: Media;
  responses: Record<string, Media & { description: string }>;
};
export type Document = {
  paths: Record<string, Record<string, Described>>;
  components: { schemas: Record<string, JsonSchema> };
};

/** Every operation of the document that `call` is served. */
export async function readOperations(call: Call): Promise<{ document: Document; operations: Operation[] }> {
  const document: Document = await (await call('GET', '/openapi.json')).json();
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, described]) =>
      readOperation(document, method.toUpperCase(), path, described),
    ),
  );
  return { document, operations };
}

function readOperation(document: Document, method: string, path: string, described: Described): Operation {
  const named = (where: string) => (described.parameters ?? []).filter((p) => p.in === where).map(({ name }) => name);
  const [contentType, body] = Object.entries(described.requestBody?.content ?? {})[0] ?? [];
  const responses = Object.entries(described.responses);
  return {
    key: `${method} ${path}`,
    method,
    path,
    public: described.security?.length === 0,
    scope: described['x-scope'],
    params: named('path'),
    paramFormats: Object.fromEntries((described.parameters ?? []).map(({ name, schema }) => [name, schema?.format])),
    query: named('query'),
    contentType,
    bodySchema: contentType === 'application/json' ? resolve(document, body!.schema) : undefined,
    refusals: new Set(
      responses.flatMap(([status, { description }]) => codesIn(description).map((c) => `${status} ${c}`)),
    ),
    answers: Object.fromEntries(
      responses.map(([status, { content }]) => [status, content?.['application/json']?.schema]),
    ),
  };
}

const codesIn = (description: string): string[] => [...description.matchAll(/`([a-z-]+)`:/g)].map(([, code]) => code!);

/** Follows a reference into the document's components. */
export const resolve = (document: Document, schema: JsonSchema): JsonSchema =>
  schema.$ref === undefined ? schema : resolve(document, document.components.schemas[schema.$ref.split('/').at(-1)!]!);
