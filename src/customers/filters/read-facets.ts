import { type SQL, sql } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { readByPlan } from './read-by-plan.ts';
import { CITY } from './sorts.ts';

export const facetNames = ['sources', 'cities', 'tags', 'countries', 'consultants'] as const;
export type FacetName = (typeof facetNames)[number];
type Facet = { value: string; count: number };

const MOST_VALUES = 100;

const columns: Record<Exclude<FacetName, 'tags'>, SQL> = {
  sources: sql`source`,
  cities: CITY,
  countries: sql`country_code`,
  consultants: sql`consultant_id`,
};

/** How many living customers have each value: the most frequent of them. What is not asked for is left out. */
export const readFacets = (ctx: OrgContext, names: readonly FacetName[]): Promise<{ [N in FacetName]?: Facet[] }> =>
  readByPlan(ctx, async (ctx) => {
    const facets: { [N in FacetName]?: Facet[] } = {};
    for (const name of names) facets[name] = await readFacet(ctx, name);
    return facets;
  });

async function readFacet(ctx: OrgContext, name: FacetName): Promise<Facet[]> {
  const living = sql`organization_id = ${ctx.organizationId}::uuid and deleted_at is null`;
  const values =
    name === 'tags'
      ? sql`select tag as value from customers cross join unnest(tags) tag where ${living} and tags <> '{}'`
      : sql`select ${columns[name]} as value from customers where ${living}`;
  const rows = await ctx.db.execute<{ value: string; count: string }>(sql`
    select value, count(*) as count from (${values}) one where value is not null
    group by value order by count(*) desc, value limit ${MOST_VALUES}::integer`);
  return rows.map(({ value, count }) => ({ value, count: Number(count) }));
}
