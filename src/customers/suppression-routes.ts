import type { OrgContext } from '#src/context.ts';
import { defineRoute } from '#src/door.ts';
import type { Route } from '#src/platform/route.ts';
import { IdParams, pageOf } from '#src/platform/schemas.ts';
import { createSuppression } from './create-suppression.ts';
import { deleteSuppression } from './delete-suppression.ts';
import { getSuppression, listSuppressions } from './queries.ts';
import { presentSuppression, Suppression, SuppressionCreate, SuppressionQuery, Suppressions } from './schemas.ts';

const read = { access: 'user', scope: 'suppressions:read', tag: 'Suppressions' } as const;
const write = { access: 'user', scope: 'suppressions:write', tag: 'Suppressions' } as const;

export const suppressionRoutes: Route<OrgContext>[] = [
  defineRoute(
    {
      ...read,
      method: 'get',
      path: '/v1/suppressions',
      summary: 'List the addresses that are not written to, newest first',
      description: 'Entries that have expired are left out.',
      query: SuppressionQuery,
      answer: { status: 200, schema: pageOf(Suppression) },
    },
    async ({ ctx, query }) => {
      const { data, nextCursor } = await listSuppressions(ctx, query);
      return { data: data.map(presentSuppression), nextCursor };
    },
  ),
  defineRoute(
    {
      ...read,
      method: 'get',
      path: '/v1/suppressions/{id}',
      summary: 'One entry, with its reason and evidence',
      params: IdParams,
      answer: { status: 200, schema: Suppression },
    },
    async ({ ctx, params }) => presentSuppression(await getSuppression(ctx, params.id)),
  ),
  defineRoute(
    {
      ...write,
      method: 'post',
      path: '/v1/suppressions',
      summary: 'Blacklist or graylist an address, or every address of a customer',
      description:
        'Blacklist: never written to, on any channel. Graylist: left out of campaigns unless asked for. Answers one entry an address; where there is one at this level already, its reason and expiry are renewed.',
      body: SuppressionCreate,
      answer: { status: 201, schema: Suppressions },
    },
    async ({ ctx, body }) => ({ data: (await createSuppression(ctx, body)).map(presentSuppression) }),
  ),
  defineRoute(
    {
      ...write,
      method: 'delete',
      path: '/v1/suppressions/{id}',
      summary: 'Let an address be written to again',
      description:
        '`closed-by-recipient`: its owner unsubscribed or complained (`scope` email). Only he can open it again, by the page that confirmed his unsubscribe; neither an import nor a recorded consent does.',
      params: IdParams,
      answer: { status: 204 },
      problems: ['closed-by-recipient'],
    },
    ({ ctx, params }) => deleteSuppression(ctx, params.id),
  ),
];
