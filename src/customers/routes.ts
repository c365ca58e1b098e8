import type { OrgContext } from '#src/context.ts';
import { defineRoute } from '#src/door.ts';
import type { Route } from '#src/platform/route.ts';
import { IdParams } from '#src/platform/schemas.ts';
import { consentRoutes } from './consent-routes.ts';
import { createCustomer } from './create-customer.ts';
import { customFieldRoutes } from './custom-field-routes.ts';
import { deleteCustomer } from './delete-customer.ts';
import { searchRoutes } from './filters/search-routes.ts';
import { segmentRoutes } from './filters/segment-routes.ts';
import { groupRoutes } from './group-routes.ts';
import { importRoutes } from './import-routes.ts';
import { getCustomer } from './queries.ts';
import { recordRoutes } from './record-routes.ts';
import { Customer, CustomerCreate, CustomerUpdate, presentCustomer } from './schemas.ts';
import { suppressionRoutes } from './suppression-routes.ts';
import { updateCustomer } from './update-customer.ts';

const read = { access: 'user', scope: 'customers:read', tag: 'Customers' } as const;
const write = { access: 'user', scope: 'customers:write', tag: 'Customers' } as const;

const customerRoutes: Route<OrgContext>[] = [
  defineRoute(
    {
      ...write,
      method: 'post',
      path: '/v1/customers',
      summary: 'Add a customer',
      description:
        '`already-exists` names the customer who has the phone or the email: `customerId`, `name` and `matchedBy` (phone or email).',
      body: CustomerCreate,
      answer: { status: 201, schema: Customer },
      problems: ['already-exists'],
    },
    async ({ ctx, body }) => presentCustomer(await createCustomer(ctx, body)),
  ),
  defineRoute(
    {
      ...read,
      method: 'get',
      path: '/v1/customers/{id}',
      summary: 'One customer',
      description: 'Of one who was merged into another, the 404 names that one in `mergedIntoId`.',
      params: IdParams,
      answer: { status: 200, schema: Customer },
    },
    async ({ ctx, params }) => presentCustomer(await getCustomer(ctx, params.id)),
  ),
  defineRoute(
    {
      ...write,
      method: 'patch',
      path: '/v1/customers/{id}',
      summary: 'Change a customer',
      params: IdParams,
      body: CustomerUpdate,
      answer: { status: 200, schema: Customer },
      problems: ['already-exists'],
    },
    async ({ ctx, params, body }) => presentCustomer(await updateCustomer(ctx, params.id, body)),
  ),
  defineRoute(
    {
      ...write,
      method: 'delete',
      path: '/v1/customers/{id}',
      summary: 'Delete a customer',
      description:
        'He is written to no more, and his phones are free. He can be restored for some days (`/v1/customers/deleted` tells how long), and is erased then; campaigns keep their results, suppressions of the addresses stay.',
      params: IdParams,
      answer: { status: 204 },
    },
    ({ ctx, params }) => deleteCustomer(ctx, params.id),
  ),
];

export const customersRoutes = (): Route<OrgContext>[] => [
  ...recordRoutes,
  ...customFieldRoutes,
  ...searchRoutes,
  ...customerRoutes,
  ...importRoutes(),
  ...groupRoutes,
  ...segmentRoutes,
  ...suppressionRoutes,
  ...consentRoutes,
];
