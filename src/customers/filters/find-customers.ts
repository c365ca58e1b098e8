import type { z } from '@hono/zod-openapi';
import type { OrgContext } from '#src/context.ts';
import type { CustomerRow } from '#src/customers/consent-queries.ts';
import type { Page } from '#src/platform/cursor.ts';
import { countFiltered, listFiltered } from './list-filtered.ts';
import type { ListInput } from './list-statement.ts';
import { queryFilter } from './query-filter.ts';
import type { Filter } from './read-filter.ts';
import { type ResolvedFilter, requireResolved, resolveFilter } from './resolve-filter.ts';
import type { CustomerConditions } from './search-schemas.ts';

/** What a list or a count is asked for; each condition is one more that must hold. */
export type Conditions = z.output<z.ZodObject<typeof CustomerConditions>>;

/** A page of the customers who meet the conditions. Throws a 400 where `filter` speaks of what is not there. */
export async function findCustomers(
  ctx: OrgContext,
  { limit, cursor, sort, order, ...conditions }: ListInput & Conditions,
): Promise<Page<CustomerRow>> {
  const resolved = await resolveConditions(ctx, conditions);
  return listFiltered(ctx, resolved, { limit, cursor, sort, order, search: conditions.search });
}

/** How many there are, exactly. */
export const countCustomers = async (ctx: OrgContext, conditions: Conditions): Promise<number> =>
  countFiltered(ctx, await resolveConditions(ctx, conditions));

/** A group or segment among the parameters that is not there (any more) has nobody in it. */
async function resolveConditions(ctx: OrgContext, conditions: Conditions): Promise<ResolvedFilter | null> {
  const asked = conditions.filter as Filter | undefined;
  if (asked) await requireResolved(ctx, asked, 'filter');
  const filter = queryFilter(conditions);
  return filter && resolveFilter(ctx, filter);
}
