import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { createWorld } from '#test/support/world.ts';

describe('GET /healthz', () => {
  it('200: answers anybody, and asks nobody', async () => {
    await using world = await createWorld();
    await world.ctx.db.execute(sql`drop schema drizzle cascade`);
    const response = await world.call('GET', '/healthz');
    expect([response.status, await response.json()]).toEqual([200, { status: 'alive' }]);
  });
});

describe('GET /readyz', () => {
  it('200: database, migrations and queue are there', async () => {
    await using world = await createWorld();
    const response = await world.call('GET', '/readyz');
    expect([response.status, await response.json()]).toEqual([200, { status: 'ready' }]);
  });

  it('503: says to come again while they are not', async () => {
    await using world = await createWorld();
    await world.ctx.db.execute(sql`drop schema drizzle cascade`);
    const response = await world.call('GET', '/readyz');
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5']);
    expect(await response.json()).toMatchObject({ code: 'unavailable' });
  });
});
