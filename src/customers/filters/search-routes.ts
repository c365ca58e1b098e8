import { z } from '@hono/zod-openapi';
import type { OrgContext } from '#src/context.ts';
import { Customer, presentCustomer } from '#src/customers/schemas.ts';
import { defineRoute } from '#src/door.ts';
import type { Route } from '#src/platform/route.ts';
import { pageOf } from '#src/platform/schemas.ts';
import { countCustomers, findCustomers } from './find-customers.ts';
import { facetNames, readFacets } from './read-facets.ts';
import { CustomerCount, CustomerCountQuery, CustomerQuery, CustomerSearch, FilterBody } from './search-schemas.ts';

const read = { access: 'user', scope: 'customers:read', tag: 'Customers' } as const;
const Values = z.array(z.object({ value: z.string(), count: z.int() })).optional();
const Facets = z
  .object({ sources: Values, cities: Values, tags: Values, countries: Values, consultants: Values })
  .openapi('CustomerFacets');
const list = { status: 200, schema: pageOf(Customer) } as const;

/** In this order: what has a name of its own comes before `/v1/customers/{id}`. */
export const searchRoutes: Route<OrgContext>[] = [
  defineRoute(
    {
      ...read,
      method: 'get',
      path: '/v1/customers',
      summary: 'List customers: search, filter, sort',
      description:
        'Newest first unless told. All conditions hold together; `filter` is a whole `CustomerFilter` as JSON, with and, or and not.',
      query: CustomerQuery,
      answer: list,
    },
    async ({ ctx, query }) => {
      const { data, nextCursor } = await findCustomers(ctx, query);
      return { data: data.map(presentCustomer), nextCursor };
    },
  ),
  defineRoute(
    {
      ...read,
      method: 'post',
      path: '/v1/customers/search',
      summary: 'The same, with the filter in a body',
      body: CustomerSearch,
      answer: list,
    },
    async ({ ctx, body }) => {
      const { data, nextCursor } = await findCustomers(ctx, body);
      return { data: data.map(presentCustomer), nextCursor };
    },
  ),
  defineRoute(
    {
      ...read,
      method: 'get',
      path: '/v1/customers/count',
      summary: 'How many customers meet the conditions, exactly',
      query: CustomerCountQuery,
      answer: { status: 200, schema: CustomerCount },
    },
    async ({ ctx, query }) => ({ count: await countCustomers(ctx, query) }),
  ),
  defineRoute(
    {
      ...read,
      method: 'post',
      path: '/v1/customers/count',
      summary: 'The same, with the filter in a body',
      body: FilterBody,
      answer: { status: 200, schema: CustomerCount },
    },
    async ({ ctx, body }) => ({ count: await countCustomers(ctx, body) }),
  ),
  defineRoute(
    {
      ...read,
      method: 'get',
      path: '/v1/customers/facets',
      summary: 'What there is to filter by: sources, cities, tags, countries, consultants',
      description: 'The 100 most frequent of each, with how many living customers have it.',
      query: z.strictObject({ of: z.enum(facetNames).optional().openapi({ description: 'Only these.' }) }),
      answer: { status: 200, schema: Facets },
    },
    ({ ctx, query }) => readFacets(ctx, query.of ? [query.of] : facetNames),
  ),
];
