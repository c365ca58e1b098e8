import { expect, it } from 'vitest';
import { scopes } from '#src/accounts/scopes.ts';
import { createWorld } from '#test/support/world.ts';

it('every scope that a route asks for can be granted to a key', async () => {
  await using world = await createWorld();
  const document = (await (await world.call('GET', '/openapi.json')).json()) as {
    paths: Record<string, Record<string, { 'x-scope'?: string }>>;
  };
  const asked = Object.values(document.paths).flatMap((path) =>
    Object.values(path).flatMap((operation) => operation['x-scope'] ?? []),
  );
  expect(asked.length).toBeGreaterThan(10);
  expect(asked.filter((scope) => !scopes.includes(scope as never))).toEqual([]);
});
