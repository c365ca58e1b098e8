import { Readable } from 'node:stream';
import type { OrgContext } from '#src/context.ts';
import { defineRoute } from '#src/door.ts';
import { invalid } from '#src/platform/problem.ts';
import type { Route } from '#src/platform/route.ts';
import { IdParams, pageOf, toInstant } from '#src/platform/schemas.ts';
import { listConsents, readConsentEvidence } from './consent-queries.ts';
import { Consent, ConsentCreate, ConsentExport, ConsentQuery, IysQuery, presentConsent } from './consent-schemas.ts';
import { exportIys } from './export-iys.ts';
import { recordCustomerConsent } from './record-customer-consent.ts';

const read = { access: 'user', scope: 'customers:read', tag: 'Consents' } as const;
const write = { access: 'user', scope: 'customers:write', tag: 'Consents' } as const;
const download = (fileName: string) => ({
  'Cache-Control': 'no-store',
  'Content-Disposition': `attachment; filename="${fileName}"`,
  'X-Content-Type-Options': 'nosniff',
});

const listRecords = defineRoute(
  {
    ...read,
    method: 'get',
    path: '/v1/customers/{id}/consents',
    summary: 'List what a customer agreed to and withdrew, latest recorded first',
    description: 'Records are only ever added. A deleted customer keeps them, as evidence of what was sent.',
    params: IdParams,
    query: ConsentQuery,
    answer: { status: 200, schema: pageOf(Consent) },
  },
  async ({ ctx, params, query }) => {
    const { data, nextCursor } = await listConsents(ctx, params.id, query);
    return { data: data.map(presentConsent), nextCursor };
  },
);

const addRecord = defineRoute(
  {
    ...write,
    method: 'post',
    path: '/v1/customers/{id}/consents',
    summary: 'Record that a customer gave or withdrew consent',
    description:
      'The latest decision by `givenAt` holds. An address that its owner closed (unsubscribe, complaint) stays closed: the record is kept as evidence, with `inForce: false`.',
    params: IdParams,
    body: ConsentCreate,
    answer: { status: 201, schema: Consent },
  },
  async ({ ctx, params, body }) => presentConsent(await recordCustomerConsent(ctx, params.id, body)),
);

const exportRecords = defineRoute(
  {
    ...read,
    method: 'get',
    path: '/v1/customers/{id}/consents/export',
    summary: 'Download the evidence of one customer’s consent, to hand out (KVKK)',
    params: IdParams,
    answer: { status: 200, schema: ConsentExport },
  },
  async ({ ctx, params }) => {
    const evidence = await readConsentEvidence(ctx, params.id);
    const { customer } = evidence;
    const content = ConsentExport.parse({
      ...evidence,
      exportedAt: toInstant(ctx.clock.now()),
      customer: { ...customer, deletedAt: toInstant(customer.deletedAt) },
      consents: evidence.consents.map(presentConsent),
      suppressions: evidence.suppressions.map((row) => ({
        ...row,
        createdAt: toInstant(row.createdAt),
        expiresAt: toInstant(row.expiresAt),
      })),
    });
    return new Response(JSON.stringify(content, null, 2), {
      headers: { 'Content-Type': 'application/json', ...download(`consents-${customer.id}.json`) },
    });
  },
);

const exportForIys = defineRoute(
  {
    ...read,
    method: 'get',
    path: '/v1/consents/iys.csv',
    summary: 'Download consents in the columns that İYS takes',
    description:
      'recipient, recipientType, type, status, source, consentDate (Turkish time). One line for each customer and channel: the latest decision, if it was recorded between `from` and `to`. `source` is empty where the record’s own source is no word of İYS and does not tell: İYS refuses such a line, so fill it in. Left out: decisions about addresses that a customer has no more.',
    query: IysQuery,
    answer: { status: 200, description: 'The file' },
    alsoProduces: ['text/csv'],
  },
  async ({ ctx, query, request }) => {
    const [from, to] = [query.from, query.to].map((text) => (text === undefined ? undefined : new Date(text)));
    if (from && to && to <= from) throw invalid('to', { en: 'Must be after from', tr: 'from değerinden sonra olmalı' });
    const lines = Readable.from(exportIys(ctx, { ...query, from, to }), { objectMode: false, highWaterMark: 65_536 });
    const headers = { 'Content-Type': 'text/csv; charset=utf-8', ...download('iys.csv') };
    if (request.method === 'HEAD') return new Response(null, { headers });
    return new Response(Readable.toWeb(lines) as ReadableStream, { headers });
  },
);

export const consentRoutes: Route<OrgContext>[] = [listRecords, addRecord, exportRecords, exportForIys];
