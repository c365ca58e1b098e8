import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, describe, expect, it } from 'vitest';
import { problems } from '#src/platform/problem.ts';
import { createWorld } from '#test/support/world.ts';

type Schema = { $ref?: string; type?: string | string[]; example?: unknown; examples?: unknown } & Record<
  string,
  unknown
>;
type Media = Record<string, { schema?: Schema }>;
type Operation = {
  summary?: string;
  description?: string;
  tags?: string[];
  operationId?: string;
  security?: Record<string, string[]>[];
  parameters?: { name: string; in: string; schema?: Schema }[];
  requestBody?: { content: Media };
  responses: Record<string, { description: string; content?: Media; headers?: object }>;
};
type Document = {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: Record<string, Record<string, unknown>>;
};

const world = await createWorld();
afterAll(() => world[Symbol.asyncDispose]());
const response = await world.call('GET', '/openapi.json');
const document = (await response.json()) as Document;
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, path, operation })),
);
const refs = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(([, ref]) => ref!);
const find = (ref: string): unknown =>
  ref
    .slice(2)
    .split('/')
    .reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], document);

describe('/openapi.json', () => {
  it('200: is OpenAPI 3.1, valid as the specification’s own schema says', async () => {
    expect(response.headers.get('content-type')).toMatch(/^application\/json/);
    expect(document.openapi).toBe('3.1.0');
    const { valid, errors } = await new Validator().validate(structuredClone(document));
    expect({ valid, errors }).toMatchObject({ valid: true });
  });

  it('points at nothing that is not there', () => {
    expect(refs.length).toBeGreaterThan(20);
    expect(refs.filter((ref) => find(ref) === undefined)).toEqual([]);
  });

  it('gives every operation an id of its own', () => {
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(ids.filter((id) => !id || !/^[a-z][A-Za-z0-9]+$/.test(id))).toEqual([]);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('says which reasons a campaign, a recipient and a message can have', () => {
    const { schemas } = document.components as { schemas: Record<string, { properties?: Record<string, Schema> }> };
    for (const name of ['Campaign', 'Recipient', 'Instance'])
      expect(schemas[name]!.properties!['statusReason']!['description'], name).toMatch(/[a-z]+-[a-z]+, /);
    expect(Object.keys(schemas['Problem']!.properties!)).toEqual(expect.arrayContaining(['required', 'available']));
  });

  it('names every kind of live event', () => {
    const root = join(import.meta.dirname, '../src');
    const source = globSync('**/*.ts', { cwd: root }).map((path) => readFileSync(join(root, path), 'utf8'));
    const types = source.flatMap((text) =>
      [...text.matchAll(/(?:\btype: |\borganization(?:_id)?, )'([a-z]+\.[a-z]+(?:-[a-z]+)*)'/g)].map(
        ([, type]) => type!,
      ),
    );
    expect(types.length).toBeGreaterThan(8);
    const { description = '' } = document.paths['/v1/events']!['get']!;
    expect(types.filter((type) => !description.includes(`\`${type}\``))).toEqual([]);
  });

  it('tells no internals: neither columns nor secrets', () => {
    expect(JSON.stringify(document)).not.toMatch(/webhookSecret|jwtKey|passwordHash|searchText|leaseUntil/);
  });
});

describe.each(operations)('$name', ({ path, operation }) => {
  const isPublic = operation.security?.length === 0;
  const media = [operation.requestBody?.content, ...Object.values(operation.responses).map(({ content }) => content)];

  it('says in a line what it does, and where it belongs', () => {
    expect(operation.summary).toMatch(/^\S.{3,79}$/);
    expect(operation.summary).not.toMatch(/\.$/);
    expect(operation.tags).toHaveLength(1);
  });

  it('names every parameter of its path', () => {
    const named = (operation.parameters ?? []).filter((parameter) => parameter.in === 'path').map(({ name }) => name);
    expect(named.sort()).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!).sort());
  });

  it('describes what goes in and what comes out', () => {
    for (const content of media)
      for (const [type, { schema }] of Object.entries(content ?? {})) {
        expect(type).toMatch(/^[a-z]+\/[a-z0-9.+*-]+$/);
        expect(Object.keys(schema ?? {}).length).toBeGreaterThan(0);
      }
    const [done] = Object.keys(operation.responses).filter((status) => status.startsWith('2'));
    expect(done).toBeDefined();
    if (done === '204') expect(operation.responses[done]!.content).toBeUndefined();
  });

  it('declares its refusals: 401 and 403 unless it is open to anybody, and each as a Problem', () => {
    const statuses = Object.keys(operation.responses);
    expect(statuses).toEqual(expect.arrayContaining(['400', '429', '500', '503']));
    if (!isPublic) expect(statuses).toEqual(expect.arrayContaining(['401', '403']));
    if (path.includes('{')) expect(statuses).toContain('404');
    if (operation.requestBody) expect(statuses).toEqual(expect.arrayContaining(['413', '415']));
    const known = new Set<string>(Object.values(problems).map(({ status }) => String(status)));
    for (const status of statuses.filter((one) => one >= '400')) {
      expect(known.has(status)).toBe(true);
      expect(operation.responses[status]!.content).toEqual({
        'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
      });
    }
  });

  it('names the headers that a caller goes by', () => {
    expect(Object.keys(operation.responses['429']!.headers!)).toEqual(['Retry-After', 'RateLimit', 'RateLimit-Policy']);
    const takesKey = operation.parameters?.some(({ name }) => name === 'Idempotency-Key') ?? false;
    const done = Object.entries(operation.responses).find(([status]) => status.startsWith('2'))![1];
    expect('Idempotency-Replayed' in (done.headers ?? {})).toBe(takesKey);
  });

  it('is open to who may ask it', () => {
    const schemes = Object.keys(document.components['securitySchemes']!);
    expect(operation.security).toBeDefined();
    for (const scheme of operation.security!.flatMap((one) => Object.keys(one))) expect(schemes).toContain(scheme);
  });
});

describe('/docs', () => {
  it('200: is a page that loads nothing from elsewhere, and may not', async () => {
    const page = await world.call('GET', '/docs');
    const html = await page.text();
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'self';/);
    const loaded = [...html.matchAll(/(?:src|href)="([^"]+)"/g)]
      .map(([, url]) => url!)
      .filter((url) => !url.startsWith('data:'));
    expect(loaded.length).toBeGreaterThan(3);
    for (const url of loaded) {
      expect(url).toMatch(/^\/docs\//);
      const file = await world.call('GET', url);
      expect([file.status, (await file.text()).length > 10]).toEqual([200, true]);
    }
    expect(html).not.toMatch(/<script>|onload=|https?:/);
  });

  it('304: is not sent again to who has it', async () => {
    const first = await world.call('GET', '/docs/swagger-ui-bundle.js');
    const again = await world.call('GET', '/docs/swagger-ui-bundle.js', undefined, {
      'if-none-match': first.headers.get('etag')!,
    });
    expect([again.status, await again.text()]).toEqual([304, '']);
  });

  it('is sent compressed', async () => {
    const bundle = await world.call('GET', '/docs/swagger-ui-bundle.js', undefined, { 'accept-encoding': 'gzip' });
    expect(bundle.headers.get('content-encoding')).toBe('gzip');
    expect((await bundle.arrayBuffer()).byteLength).toBeLessThan(600_000);
  });
});
