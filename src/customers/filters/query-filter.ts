import type { z } from '@hono/zod-openapi';
import type { Leaf } from './leaf-schemas.ts';
import type { Filter } from './read-filter.ts';
import type { CustomerConditions } from './search-schemas.ts';

type Conditions = z.output<z.ZodObject<typeof CustomerConditions>>;

/** The query parameters of a list as one filter: all of them at once. */
export function queryFilter({ filter, ...query }: Conditions): Filter | null {
  const leaves = Object.entries(query).flatMap(([field, value]): Filter[] =>
    value === undefined ? [] : [leafOf(field, value)],
  );
  const nodes = filter === undefined ? leaves : [...leaves, filter];
  return nodes.length > 1 ? { and: nodes } : (nodes[0] ?? null);
}

const SINGLE = new Set(['addedWithinDays', 'notContactedForDays', 'birthdayWithinDays']);

function leafOf(field: string, value: unknown): Leaf {
  if (field === 'search') return { field, op: 'contains', value } as Leaf;
  return (SINGLE.has(field) ? { field, op: 'is', value } : { field, op: 'any', value: [value] }) as Leaf;
}
