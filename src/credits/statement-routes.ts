import { Readable } from 'node:stream';
import type { OrgContext } from '#src/context.ts';
import { defineRoute } from '#src/door.ts';
import type { Route } from '#src/platform/route.ts';
import { IdParams } from '#src/platform/schemas.ts';
import { exportStatement } from './export-statement.ts';
import { listTransactions, requireAccount, type StatementFilter } from './queries.ts';
import { readTimeZone } from './read-chart.ts';
import { presentTransaction, TransactionPage } from './schemas.ts';
import { StatementFileQuery, StatementQuery } from './statement-schemas.ts';

const own = { tag: 'Credits', access: 'user', scope: 'credits:read', method: 'get' } as const;
const admin = { tag: 'Admin', access: 'admin', method: 'get' } as const;
const file = {
  description:
    'Newest first, in the language of the request (in Turkish with semicolons), with a byte order mark; times on the reader’s clock and in UTC. ' +
    'What a spreadsheet would take for a formula has an apostrophe.',
  query: StatementFileQuery,
  answer: { status: 200 as const, description: 'The file' },
  alsoProduces: ['text/csv'],
};

async function download(ctx: OrgContext, userId: string, filter: StatementFilter, request: Request): Promise<Response> {
  const headers = {
    'Cache-Control': 'no-store',
    'Content-Disposition': `attachment; filename="credits-${userId}.csv"`,
    'Content-Type': 'text/csv; charset=utf-8',
    'X-Content-Type-Options': 'nosniff',
  };
  if (request.method === 'HEAD') return new Response(null, { headers });
  const lines = exportStatement(ctx, { userId, timeZone: await readTimeZone(ctx), filter });
  const body = Readable.from(lines, { objectMode: false, highWaterMark: 65_536 });
  return new Response(Readable.toWeb(body) as ReadableStream, { headers });
}

export const statementRoutes: Route<OrgContext>[] = [
  defineRoute(
    {
      ...own,
      path: '/v1/credits/transactions',
      summary: 'The statement, newest first',
      query: StatementQuery,
      answer: { status: 200, schema: TransactionPage },
    },
    async ({ ctx, query }) => {
      const page = await listTransactions(ctx, ctx.userId, { ...query, organizationId: ctx.organizationId });
      return { ...page, data: page.data.map(presentTransaction) };
    },
  ),
  defineRoute(
    { ...own, ...file, path: '/v1/credits/transactions.csv', summary: 'Download the statement' },
    ({ ctx, query, request }) => download(ctx, ctx.userId, { ...query, organizationId: ctx.organizationId }, request),
  ),
  defineRoute(
    {
      ...admin,
      path: '/v1/admin/users/{id}/credits/transactions',
      summary: 'A user’s statement, newest first',
      params: IdParams,
      query: StatementQuery,
      answer: { status: 200, schema: TransactionPage },
    },
    async ({ ctx, params, query }) => {
      await requireAccount(ctx, params.id);
      const page = await listTransactions(ctx, params.id, query);
      return { ...page, data: page.data.map(presentTransaction) };
    },
  ),
  defineRoute(
    {
      ...admin,
      ...file,
      path: '/v1/admin/users/{id}/credits/transactions.csv',
      summary: 'Download a user’s statement',
      params: IdParams,
    },
    async ({ ctx, params, query, request }) => {
      await requireAccount(ctx, params.id);
      return download(ctx, params.id, query, request);
    },
  ),
];
