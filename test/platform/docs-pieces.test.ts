import { OpenAPIHono, z } from '@hono/zod-openapi';
import { expect, it } from 'vitest';
import { serveDocs } from '#src/platform/docs.ts';
import { describeRoute } from '#src/platform/openapi.ts';
import type { Route } from '#src/platform/route.ts';

const Named = z.object({ a: z.string() }).openapi('Named');
const answers = [
  z.object({ named: Named }),
  ...Array.from({ length: 9 }, (_, i) => z.object({ i: z.literal(i) }).openapi(`Filler${i}`)),
  // the first of its piece to name it, and differently
  z.object({ named: Named.nullable(), list: z.array(Named) }),
  z.object({ named: Named.optional() }),
];
const routes = answers.map((schema, i) => ({
  spec: {
    method: 'get',
    path: `/v1/things/${i}`,
    summary: 'A thing',
    tag: 'Things',
    access: 'public',
    answer: { status: 200, schema },
  },
})) as unknown as Route[];

it('200: the document is the one that would be made at once, and the loop is left to others while it is made', async () => {
  const whole = new OpenAPIHono();
  for (const { spec } of routes) whole.openAPIRegistry.registerPath(describeRoute(spec));
  const info = { title: 'x', version: '1' };
  const { paths, components } = whole.getOpenAPI31Document({ openapi: '3.1.0', info });
  const app = new OpenAPIHono();
  serveDocs(app, routes, () => {});
  let turns = 0;
  let done = false;
  const turn = () => {
    turns++;
    if (!done) setImmediate(turn);
  };
  setImmediate(turn);
  const response = await app.request('/openapi.json');
  done = true;
  const document = (await response.json()) as { paths: object; components: { schemas: object } };
  expect(document.paths).toEqual(JSON.parse(JSON.stringify(paths)));
  expect(document.components.schemas).toEqual(JSON.parse(JSON.stringify(components!.schemas)));
  expect(turns).toBeGreaterThanOrEqual(3);
});
