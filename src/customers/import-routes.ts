import { Readable } from 'node:stream';
import type { OrgContext } from '#src/context.ts';
import { defineRoute } from '#src/door.ts';
import type { Route } from '#src/platform/route.ts';
import { IdParams, PageQuery, pageOf } from '#src/platform/schemas.ts';
import { Turnstile } from '#src/platform/turnstile.ts';
import { cancelImport } from './cancel-import.ts';
import { exportRejects } from './export-rejects.ts';
import { getImport, listImports } from './import-queries.ts';
import {
  Import,
  ImportAccepted,
  ImportDetails,
  ImportDraftQuery,
  ImportPreview,
  ImportQuery,
  ImportReadingQuery,
  ImportStart,
  presentImport,
  presentImportDetails,
  presentPreview,
} from './import-schemas.ts';
import { writeCsvTemplate, writeXlsxTemplate } from './import-template.ts';
import { launchImport } from './launch-import.ts';
import { createImportDraft, previewImport } from './preview-import.ts';
import { startImport } from './start-import.ts';
import { IMPORT_LIMIT_BYTES } from './store-import-file.ts';

const read = { access: 'user', scope: 'customers:read', tag: 'Imports' } as const;
const write = { access: 'user', scope: 'customers:write', tag: 'Imports' } as const;
const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const file = {
  stream: 'text/csv' as const,
  alsoConsumes: [XLSX, 'application/vnd.ms-excel', 'application/octet-stream'],
  bodyLimitBytes: IMPORT_LIMIT_BYTES,
} satisfies Pick<Route['spec'], 'stream' | 'alsoConsumes' | 'bodyLimitBytes'>;
const download = (type: string, fileName: string) => ({
  'Content-Type': type,
  'Cache-Control': 'no-store',
  'Content-Disposition': `attachment; filename="${fileName}"`,
  'X-Content-Type-Options': 'nosniff',
});
const CSV = 'text/csv; charset=utf-8';

/** Each holds the texts of a workbook in memory. */
const LOOKS_AT_ONCE = 2;

const importFile = defineRoute(
  {
    ...write,
    ...file,
    method: 'post',
    path: '/v1/customers/import',
    summary: 'Import customers from a CSV or XLSX file, by the names of its columns',
    description:
      'CSV in UTF-8, UTF-16 or Windows-1254, with comma, semicolon, tab or bar, or the first sheet of an XLSX workbook: its content tells. A row names the columns, in English or Turkish: firstName (ad), lastName (soyad) or fullName (ad soyad), phone (telefon), otherPhone (diğer telefon), email (e-posta), otherEmail (diğer e-posta), country (ülke), city (şehir), language (dil), birthday (doğum tarihi), source (kaynak), consultant (danışman; name or email), tags (etiketler), note (not), fields of your own by their name; emailConsent (e-posta izni), whatsappConsent (whatsapp izni), smsConsent (sms izni) or marketingConsent (pazarlama izni) for email and WhatsApp, with yes or no (evet, hayır), consentSource (izin kaynağı), consentDate (izin tarihi), consentText (izin metni). Without such columns no consent changes; an address that its owner closed stays closed. Customers are matched by any of their phones, else by email, and what the row says holds. To choose columns and rules yourself, begin with `POST /v1/imports/preview`. Follow it at `/v1/imports/{id}`.',
    query: ImportQuery,
    answer: { status: 202, schema: ImportAccepted },
  },
  async ({ ctx, query, request }) => ({
    id: await startImport(ctx, { ...query, body: request.body, dryRun: query.dryRun === 'true' }),
  }),
);

const drafts = (looking: Turnstile): Route<OrgContext>[] => [
  defineRoute(
    {
      ...write,
      ...file,
      method: 'post',
      path: '/v1/imports/preview',
      summary: 'A first look at a file: how it is written, and what its columns seem to hold',
      description:
        'Keeps the file as a draft for some days; nothing is imported. Start it at `/v1/imports/{id}/start`, first with `dryRun` perhaps.',
      query: ImportDraftQuery,
      answer: { status: 201, schema: ImportPreview },
      problems: ['unavailable'],
    },
    async ({ ctx, query: { fileName, ...reading }, request }) => {
      const upload = { body: request.body, fileName, reading };
      const { record, preview } = await createImportDraft(ctx, upload, looking);
      return presentPreview(record, preview, ctx.language);
    },
  ),
  defineRoute(
    {
      ...read,
      method: 'get',
      path: '/v1/imports/{id}/preview',
      summary: 'The same look again, perhaps at another sheet or with another encoding',
      params: IdParams,
      query: ImportReadingQuery,
      answer: { status: 200, schema: ImportPreview },
      problems: ['conflict', 'unavailable'],
    },
    async ({ ctx, params, query }) => {
      const { record, preview } = await previewImport(ctx, params.id, query, looking);
      return presentPreview(record, preview, ctx.language);
    },
  ),
];

const decisions: Route<OrgContext>[] = [
  defineRoute(
    {
      ...write,
      method: 'post',
      path: '/v1/imports/{id}/start',
      summary: 'Start a draft, or once more what was a dry run or failed',
      params: IdParams,
      body: ImportStart,
      answer: { status: 202, schema: Import },
      problems: ['conflict'],
    },
    async ({ ctx, params, body }) => presentImport(await launchImport(ctx, params.id, body)),
  ),
  defineRoute(
    {
      ...write,
      method: 'post',
      path: '/v1/imports/{id}/cancel',
      summary: 'Stop an import, or throw a draft away',
      description: 'Takes effect after the rows at hand; customers who are in already stay.',
      params: IdParams,
      answer: { status: 200, schema: Import },
      problems: ['conflict'],
    },
    async ({ ctx, params }) => presentImport(await cancelImport(ctx, params.id)),
  ),
];

const templates: Route<OrgContext>[] = [
  defineRoute(
    {
      ...read,
      method: 'get',
      path: '/v1/imports/template.csv',
      summary: 'A CSV file to fill in, in the reader’s language',
      description: 'With the organization’s own fields. Its example row is passed over by an import.',
      answer: { status: 200, description: 'The file' },
      alsoProduces: ['text/csv'],
    },
    async ({ ctx }) =>
      new Response(await writeCsvTemplate(ctx, ctx.language), { headers: download(CSV, 'customers.csv') }),
  ),
  defineRoute(
    {
      ...read,
      method: 'get',
      path: '/v1/imports/template.xlsx',
      summary: 'The same as a workbook, in which no spreadsheet shortens a phone',
      answer: { status: 200, description: 'The file' },
      alsoProduces: [XLSX],
    },
    async ({ ctx }) => {
      const content = await writeXlsxTemplate(ctx, ctx.language);
      return new Response(content as Uint8Array<ArrayBuffer>, { headers: download(XLSX, 'customers.xlsx') });
    },
  ),
];

const records: Route<OrgContext>[] = [
  defineRoute(
    {
      ...read,
      method: 'get',
      path: '/v1/imports',
      summary: 'List imports, newest first',
      query: PageQuery,
      answer: { status: 200, schema: pageOf(Import) },
    },
    async ({ ctx, query }) => {
      const { data, nextCursor } = await listImports(ctx, query);
      return { data: data.map(presentImport), nextCursor };
    },
  ),
  defineRoute(
    {
      ...read,
      method: 'get',
      path: '/v1/imports/{id}',
      summary: 'How far an import has come',
      description: 'While it runs, `import.progress` tells the same live.',
      params: IdParams,
      answer: { status: 200, schema: ImportDetails },
    },
    async ({ ctx, params }) => presentImportDetails(await getImport(ctx, params.id), ctx.language),
  ),
  defineRoute(
    {
      ...read,
      method: 'get',
      path: '/v1/imports/{id}/rejected.csv',
      summary: 'Download the rows that were not taken, with the reasons',
      description:
        'The columns of the file, then the row’s number, the faulty field and the reason in the reader’s language. Put right, it can be imported as it is. Empty below its header once `expiresAt` is over.',
      params: IdParams,
      answer: { status: 200, description: 'The file' },
      alsoProduces: ['text/csv'],
    },
    async ({ ctx, params, request }) => {
      const record = await getImport(ctx, params.id);
      const headers = download(CSV, 'rejected.csv');
      if (request.method === 'HEAD') return new Response(null, { headers });
      const lines = Readable.from(exportRejects(ctx, record), { objectMode: false, highWaterMark: 65_536 });
      return new Response(Readable.toWeb(lines) as ReadableStream, { headers });
    },
  ),
];

/** Templates stand before imports: theirs are no ids. */
export const importRoutes = (): Route<OrgContext>[] => [
  importFile,
  ...drafts(new Turnstile(LOOKS_AT_ONCE)),
  ...decisions,
  ...templates,
  ...records,
];
