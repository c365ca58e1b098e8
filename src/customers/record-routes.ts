import { Readable } from 'node:stream';
import type { OrgContext } from '#src/context.ts';
import { defineRoute } from '#src/door.ts';
import type { Route } from '#src/platform/route.ts';
import { IdParams, PageQuery, pageOf } from '#src/platform/schemas.ts';
import { eraseCustomer } from './erase-customer.ts';
import { exportCustomer, findExported } from './export-customer.ts';
import { findDuplicates } from './find-duplicates.ts';
import { listDeletedCustomers } from './list-deleted-customers.ts';
import { mergeCustomers } from './merge-customers.ts';
import {
  CustomerExport,
  CustomerMerge,
  DeletedCustomer,
  DuplicatePair,
  DuplicatesQuery,
  presentDeleted,
  presentPair,
} from './record-schemas.ts';
import { restoreCustomer } from './restore-customer.ts';
import { Customer, presentCustomer } from './schemas.ts';

const read = { access: 'user', scope: 'customers:read', tag: 'Customers' } as const;
const write = { access: 'user', scope: 'customers:write', tag: 'Customers' } as const;

const listDuplicates = defineRoute(
  {
    ...read,
    method: 'get',
    path: '/v1/customers/duplicates',
    summary: 'Pairs of customers who may be the same person',
    description:
      'First those with one email, then those with one name (accents and Turkish letters aside) and birthday, then name and city; each with the next elder one. Merge them, or leave them: couples share a mailbox.',
    query: DuplicatesQuery,
    answer: { status: 200, schema: pageOf(DuplicatePair) },
  },
  async ({ ctx, query }) => {
    const { data, nextCursor } = await findDuplicates(ctx, query);
    return { data: data.map(presentPair), nextCursor };
  },
);

const listDeleted = defineRoute(
  {
    ...read,
    method: 'get',
    path: '/v1/customers/deleted',
    summary: 'Customers who were deleted and can be restored, the last first',
    query: PageQuery,
    answer: { status: 200, schema: pageOf(DeletedCustomer) },
  },
  async ({ ctx, query }) => {
    const { data, nextCursor } = await listDeletedCustomers(ctx, query);
    return { data: data.map(presentDeleted), nextCursor };
  },
);

const merge = defineRoute(
  {
    ...write,
    method: 'post',
    path: '/v1/customers/{id}/merge',
    summary: 'Make one customer of two',
    description:
      'Everything that hangs on `customerId` moves here: addresses, conversations (two with one number of yours become one), messages, notes, files, groups, campaigns, consent. A consent that either withdrew stays withdrawn. Afterwards `customerId` answers 404 with `mergedIntoId`. It cannot be undone.',
    params: IdParams,
    body: CustomerMerge,
    answer: { status: 200, schema: Customer },
  },
  async ({ ctx, params, body }) => presentCustomer(await mergeCustomers(ctx, params.id, body)),
);

const restore = defineRoute(
  {
    ...write,
    method: 'post',
    path: '/v1/customers/{id}/restore',
    summary: 'Take a deleted customer back',
    description: '`already-exists`: somebody else has one of his phones by now.',
    params: IdParams,
    answer: { status: 200, schema: Customer },
    problems: ['conflict', 'already-exists'],
  },
  async ({ ctx, params }) => presentCustomer(await restoreCustomer(ctx, params.id)),
);

const erase = defineRoute(
  {
    ...write,
    method: 'post',
    path: '/v1/customers/{id}/erase',
    summary: 'Erase a customer for good (KVKK)',
    description:
      'Name, addresses, notes, files, messages and what endpoints were told of him: gone, now or within minutes. Figures stay, consent stays as evidence, and suppressions go on working by hash. It cannot be undone; deleting does the same after some days.',
    params: IdParams,
    answer: { status: 204 },
  },
  ({ ctx, params }) => eraseCustomer(ctx, params.id),
);

const exportAll = defineRoute(
  {
    ...read,
    method: 'get',
    path: '/v1/customers/{id}/export',
    summary: 'Download everything that is held about a customer (KVKK)',
    description:
      'Also of one who was deleted and is not erased yet. Files are named with the address of their content.',
    params: IdParams,
    answer: { status: 200, schema: CustomerExport },
  },
  async ({ ctx, params, request }) => {
    const customer = await findExported(ctx, params.id);
    const headers = {
      'Content-Type': 'application/json',
      'Content-Disposition': `attachment; filename="customer-${customer.id}.json"`,
    };
    if (request.method === 'HEAD') return new Response(null, { headers });
    const pieces = exportCustomer(ctx, customer, (row) => Customer.parse(presentCustomer(row)));
    const body = Readable.from(pieces, { objectMode: false, highWaterMark: 65_536 });
    return new Response(Readable.toWeb(body) as ReadableStream, { headers });
  },
);

/** Before the routes of one customer, whose id could be any word. */
export const recordRoutes: Route<OrgContext>[] = [listDuplicates, listDeleted, merge, restore, erase, exportAll];
