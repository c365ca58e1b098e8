import type { OrgContext } from '#src/context.ts';
import { defineRoute } from '#src/door.ts';
import type { Route } from '#src/platform/route.ts';
import { IdParams, PageQuery } from '#src/platform/schemas.ts';
import { GZIP } from './answer-archive.ts';
import { applyImport } from './apply-import.ts';
import { checkImport } from './check-import.ts';
import { discardImport } from './discard-import.ts';
import { ApplyIn, CheckIn, ImportOut, ImportPage, ImportQuery, presentImport } from './import-schemas.ts';
import { getImport, listImports } from './queries.ts';
import { receiveImport } from './receive-import.ts';

const admin = { tag: 'Admin', access: 'admin' } as const;

export const importRoutes: Route<OrgContext>[] = [
  defineRoute(
    {
      ...admin,
      method: 'post',
      path: '/v1/admin/imports',
      summary: 'Bring an archive; its import is rehearsed first',
      description:
        'The body is the tar.gz of an export made at the same migration level. A job puts everything in and takes it back: see `report` and ' +
        '`problems`. Nothing is changed until `apply`. Follow `archive-import.progress` of the live events.',
      query: ImportQuery,
      stream: GZIP,
      answer: { status: 202, schema: ImportOut },
      problems: ['not-found', 'too-large'],
    },
    async ({ ctx, query: { mode, organizationId = null }, request }) =>
      presentImport(await receiveImport(ctx, request, { mode, targetId: organizationId }), ctx.language),
  ),
  defineRoute(
    {
      ...admin,
      method: 'get',
      path: '/v1/admin/imports',
      summary: 'Imports, newest first',
      query: PageQuery,
      answer: { status: 200, schema: ImportPage },
    },
    async ({ ctx, query }) => {
      const { data, nextCursor } = await listImports(ctx, query);
      return { data: data.map((row) => presentImport(row, ctx.language)), nextCursor };
    },
  ),
  defineRoute(
    {
      ...admin,
      method: 'get',
      path: '/v1/admin/imports/{id}',
      summary: 'One of them: what it would bring, what is wrong with it, how far it is',
      params: IdParams,
      answer: { status: 200, schema: ImportOut },
    },
    async ({ ctx, params }) => presentImport(await getImport(ctx, params.id), ctx.language),
  ),
  defineRoute(
    {
      ...admin,
      method: 'post',
      path: '/v1/admin/imports/{id}/check',
      summary: 'Rehearse it again, another way or with its passphrase',
      params: IdParams,
      body: CheckIn,
      answer: { status: 202, schema: ImportOut },
      problems: ['conflict'],
    },
    async ({ ctx, params, body: { organizationId, ...request } }) =>
      presentImport(await checkImport(ctx, params.id, { ...request, targetId: organizationId }), ctx.language),
  ),
  defineRoute(
    {
      ...admin,
      method: 'post',
      path: '/v1/admin/imports/{id}/apply',
      summary: 'Put it in, all of it or nothing',
      description: 'Of what was rehearsed and found good. Campaigns come paused, numbers disconnected.',
      params: IdParams,
      body: ApplyIn,
      answer: { status: 202, schema: ImportOut },
      problems: ['conflict'],
    },
    async ({ ctx, params, body }) => presentImport(await applyImport(ctx, params.id, body), ctx.language),
  ),
  defineRoute(
    {
      ...admin,
      method: 'delete',
      path: '/v1/admin/imports/{id}',
      summary: 'Throw it away',
      params: IdParams,
      answer: { status: 200, schema: ImportOut },
      problems: ['conflict'],
    },
    async ({ ctx, params }) => presentImport(await discardImport(ctx, params.id), ctx.language),
  ),
];
