import type { OrgContext } from '#src/context.ts';
import { defineRoute } from '#src/door.ts';
import type { Route } from '#src/platform/route.ts';
import { IdParams, pageOf } from '#src/platform/schemas.ts';
import { consentRoutes } from './consent-routes.ts';
import { createCustomer } from './create-customer.ts';
import { deleteCustomer } from './delete-customer.ts';
import { groupRoutes } from './group-routes.ts';
import { getCustomer, getImport, listCustomers } from './queries.ts';
import {
  Customer,
  CustomerCreate,
  CustomerQuery,
  CustomerUpdate,
  Import,
  ImportAccepted,
  ImportQuery,
  presentCustomer,
  presentImport,
} from './schemas.ts';
import { IMPORT_LIMIT_BYTES, startImport } from './start-import.ts';
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
      description: '`already-exists` names the customer who has the phone in `customerId`.',
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
      path: '/v1/customers',
      summary: 'List customers, newest first',
      query: CustomerQuery,
      answer: { status: 200, schema: pageOf(Customer) },
    },
    async ({ ctx, query }) => {
      const { data, nextCursor } = await listCustomers(ctx, query);
      return { data: data.map(presentCustomer), nextCursor };
    },
  ),
  defineRoute(
    {
      ...read,
      method: 'get',
      path: '/v1/customers/{id}',
      summary: 'One customer',
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
      summary: 'Delete a customer and erase the personal data',
      description: 'Campaigns keep their results; suppressions of the addresses stay.',
      params: IdParams,
      answer: { status: 204 },
    },
    ({ ctx, params }) => deleteCustomer(ctx, params.id),
  ),
];

const importRoutes: Route<OrgContext>[] = [
  defineRoute(
    {
      ...write,
      method: 'post',
      path: '/v1/customers/import',
      summary: 'Import customers from a CSV file',
      description:
        'UTF-8, UTF-16 or Windows-1254; comma, semicolon or tab. The first row names the columns, in English or Turkish: firstName (ad), lastName (soyad), phone (telefon), email (e-posta), source (kaynak), tags (etiketler), country (ülke), note (not); emailConsent (e-posta izni), whatsappConsent (whatsapp izni) or marketingConsent (pazarlama izni) for both, with yes or no (evet, hayır), consentSource (izin kaynağı), consentDate (izin tarihi), consentText (izin metni). Without such columns no consent changes; an address that its owner closed stays closed. Customers are matched by phone, else by email. Follow it at `/v1/imports/{id}`.',
      query: ImportQuery,
      stream: 'text/csv',
      bodyLimitBytes: IMPORT_LIMIT_BYTES,
      answer: { status: 202, schema: ImportAccepted },
    },
    async ({ ctx, query, request }) => ({
      id: await startImport(ctx, { body: request.body, dryRun: query.dryRun === 'true', groupId: query.groupId }),
    }),
  ),
  defineRoute(
    {
      ...read,
      method: 'get',
      path: '/v1/imports/{id}',
      summary: 'How far an import has come',
      params: IdParams,
      answer: { status: 200, schema: Import },
    },
    async ({ ctx, params }) => presentImport(await getImport(ctx, params.id), ctx.language),
  ),
];

export const customersRoutes: Route<OrgContext>[] = [
  ...customerRoutes,
  ...importRoutes,
  ...groupRoutes,
  ...suppressionRoutes,
  ...consentRoutes,
];
