import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import { createSegment } from '#src/customers/filters/create-segment.ts';
import { filterSql } from '#src/customers/filters/filter-sql.ts';
import { countFiltered, listFiltered } from '#src/customers/filters/list-filtered.ts';
import type { Filter } from '#src/customers/filters/read-filter.ts';
import { readStored } from '#src/customers/filters/read-filter.ts';
import { resolveFilter } from '#src/customers/filters/resolve-filter.ts';
import { customers } from '#src/db/schema/customers.ts';
import { createWorld } from '#test/support/world.ts';
import { anyFilter } from './any-filter.ts';
import { createFilterScene } from './filter-scene.ts';
import { holds } from './naive.ts';

const world = await createWorld({ now: '2026-02-24T22:30:00Z' });
afterAll(() => world[Symbol.asyncDispose]());
const { ctx } = world.acme;
await world.ctx.db.update(customers).set({ deletedAt: world.clock.now() });
const scene = await createFilterScene(world, 150);
const saved: Filter[] = [
  { field: 'tag', op: 'any', value: ['vip'] },
  {
    not: {
      or: [
        { field: 'city', op: 'any', value: ['İzmir'] },
        { field: 'has', op: 'none', value: ['phone'] },
      ],
    },
  },
];
const made = await Promise.all(saved.map((filter, n) => createSegment(ctx, { name: `S${n}`, filter })));
const segments = new Map(made.map(({ id }, n) => [id, saved[n]!]));
const given = { scene, now: world.clock.now(), segments };

it('lets through whom a naive look at every customer lets through, and counts them, whatever the filter', async () => {
  const filters = anyFilter(scene, world.acme.userId, [...segments.keys()]);
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(filters, async (filter) => {
      const read = readStored(JSON.parse(JSON.stringify(filter)));
      expect(read).not.toBeNull();
      const resolved = await resolveFilter(ctx, read!);
      expect(resolved.problems).toEqual([]);
      const rows = await ctx.db.execute<{ id: string }>(
        sql`select id from customers where ${filterSql(ctx, resolved)}`,
      );
      const expected = scene.people.filter((person) => holds(filter, person, given)).map(({ id }) => id);
      for (const { id } of rows) seen.add(id);
      expect(rows.map(({ id }) => id).sort()).toEqual(expected.sort());
    }),
    { numRuns: 120 },
  );
  expect(seen.size).toBe(scene.people.length);
});

it('counts what it lists, sorted each way, page by page, each customer once', async () => {
  const filters = anyFilter(scene, world.acme.userId, [...segments.keys()]);
  const sort = fc.constantFrom(
    'createdAt' as const,
    'name' as const,
    'lastContactedAt' as const,
    'city' as const,
    undefined,
  );
  const order = fc.constantFrom('asc' as const, 'desc' as const, undefined);
  await fc.assert(
    fc.asyncProperty(filters, sort, order, async (filter, sort, order) => {
      const resolved = await resolveFilter(ctx, readStored(filter)!);
      const ids: string[] = [];
      for (let cursor: string | undefined, page = 0; page < 10; page++) {
        const { data, nextCursor } = await listFiltered(ctx, resolved, { limit: 60, cursor, sort, order });
        ids.push(...data.map(({ id }) => id));
        if (nextCursor === null) break;
        cursor = nextCursor;
      }
      expect(new Set(ids).size).toBe(ids.length);
      expect(await countFiltered(ctx, resolved)).toBe(ids.length);
      expect(ids.toSorted()).toEqual(
        scene.people
          .filter((one) => holds(filter, one, given))
          .map(({ id }) => id)
          .sort(),
      );
    }),
    { numRuns: 12 },
  );
});
