import { expect, it } from 'vitest';
import { createWorld } from './world.ts';

it('gives every test a database of its own, with the cast on it', async () => {
  await using one = await createWorld();
  await using two = await createWorld();
  expect(one.databaseUrl).not.toBe(two.databaseUrl);
  expect((await one.call('GET', '/readyz')).status).toBe(200);
});
