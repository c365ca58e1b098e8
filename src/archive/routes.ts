import type { OrgContext } from '#src/context.ts';
import { defineRoute } from '#src/door.ts';
import type { Route } from '#src/platform/route.ts';
import { IdParams } from '#src/platform/schemas.ts';
import { answerArchive, GZIP } from './answer-archive.ts';
import { cancelExport } from './cancel-export.ts';
import { getExport, listExports } from './queries.ts';
import { requestExport } from './request-export.ts';
import { ExportIn, ExportOut, ExportPage, ExportQuery, OwnExportIn, presentExport } from './schemas.ts';

const about =
  'A job makes it from one consistent snapshot: a tar.gz with a manifest and one NDJSON file a table. Follow `export.progress` of the live ' +
  'events; whoever asked gets a mail when it is there. It is kept for some days.';

/** Of everything, or of one organization: the platform admin's. */
const platform: Route<OrgContext>[] = [
  defineRoute(
    {
      method: 'post',
      path: '/v1/admin/exports',
      summary: 'Export the whole platform or one organization',
      description: about,
      tag: 'Admin',
      access: 'admin',
      body: ExportIn,
      answer: { status: 202, schema: ExportOut },
      problems: ['conflict'],
    },
    async ({ ctx, body: { scope, includeFiles, passphrase = null } }) =>
      presentExport(
        await requestExport(ctx, { subjectId: scope === 'platform' ? null : scope, includeFiles, passphrase }),
      ),
  ),
  defineRoute(
    {
      method: 'get',
      path: '/v1/admin/exports',
      summary: 'Exports that anybody asked for, newest first',
      tag: 'Admin',
      access: 'admin',
      query: ExportQuery,
      answer: { status: 200, schema: ExportPage },
    },
    async ({ ctx, query }) => {
      const { data, nextCursor } = await listExports(ctx, query, 'admin');
      return { data: data.map(presentExport), nextCursor };
    },
  ),
  defineRoute(
    {
      method: 'get',
      path: '/v1/admin/exports/{id}',
      summary: 'One of them: how far it is',
      tag: 'Admin',
      access: 'admin',
      params: IdParams,
      answer: { status: 200, schema: ExportOut },
    },
    async ({ ctx, params }) => presentExport(await getExport(ctx, params.id, 'admin')),
  ),
  defineRoute(
    {
      method: 'get',
      path: '/v1/admin/exports/{id}/content',
      summary: 'Its archive; ranges are served',
      description: '409 while there is none; 404 once it has expired.',
      tag: 'Admin',
      access: 'admin',
      params: IdParams,
      answer: { status: 200 },
      alsoProduces: [GZIP],
      problems: ['conflict', 'range-not-satisfiable'],
    },
    async ({ ctx, params, request }) => answerArchive(ctx, params.id, 'admin', request),
  ),
  defineRoute(
    {
      method: 'delete',
      path: '/v1/admin/exports/{id}',
      summary: 'Cancel an export, or throw its archive away',
      tag: 'Admin',
      access: 'admin',
      params: IdParams,
      answer: { status: 200, schema: ExportOut },
      problems: ['conflict'],
    },
    async ({ ctx, params }) => presentExport(await cancelExport(ctx, params.id, 'admin')),
  ),
];

const own = { tag: 'Account', access: 'user' } as const;

/** Of his own organization: its owner's. */
const organization: Route<OrgContext>[] = [
  defineRoute(
    {
      ...own,
      method: 'post',
      path: '/v1/exports',
      summary: 'Export your organization',
      description: `${about} For its owner.`,
      body: OwnExportIn,
      answer: { status: 202, schema: ExportOut },
      problems: ['conflict'],
    },
    async ({ ctx, body: { includeFiles, passphrase = null } }) =>
      presentExport(await requestExport(ctx, { subjectId: ctx.organizationId, includeFiles, passphrase })),
  ),
  defineRoute(
    {
      ...own,
      method: 'get',
      path: '/v1/exports',
      summary: 'Exports of your organization, newest first',
      query: ExportQuery,
      answer: { status: 200, schema: ExportPage },
    },
    async ({ ctx, query }) => {
      const { data, nextCursor } = await listExports(ctx, query, 'owner');
      return { data: data.map(presentExport), nextCursor };
    },
  ),
  defineRoute(
    {
      ...own,
      method: 'get',
      path: '/v1/exports/{id}',
      summary: 'One of them: how far it is',
      params: IdParams,
      answer: { status: 200, schema: ExportOut },
    },
    async ({ ctx, params }) => presentExport(await getExport(ctx, params.id, 'owner')),
  ),
  defineRoute(
    {
      ...own,
      method: 'get',
      path: '/v1/exports/{id}/content',
      summary: 'Its archive; ranges are served',
      description: '409 while there is none; 404 once it has expired.',
      params: IdParams,
      answer: { status: 200 },
      alsoProduces: [GZIP],
      problems: ['conflict', 'range-not-satisfiable'],
    },
    async ({ ctx, params, request }) => answerArchive(ctx, params.id, 'owner', request),
  ),
  defineRoute(
    {
      ...own,
      method: 'delete',
      path: '/v1/exports/{id}',
      summary: 'Cancel an export, or throw its archive away',
      params: IdParams,
      answer: { status: 200, schema: ExportOut },
      problems: ['conflict'],
    },
    async ({ ctx, params }) => presentExport(await cancelExport(ctx, params.id, 'owner')),
  ),
];

export const exportRoutes: Route<OrgContext>[] = [...platform, ...organization];
