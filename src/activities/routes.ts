import { Readable } from 'node:stream';
import type { OrgContext } from '#src/context.ts';
import { defineRoute } from '#src/door.ts';
import type { Route } from '#src/platform/route.ts';
import { IdParams } from '#src/platform/schemas.ts';
import type { ActivityFilter } from './activity-filter.ts';
import { exportActivities } from './export-activities.ts';
import { adminFilter, getActivity, getAnyActivity, listActivities, ownFilter } from './queries.ts';
import {
  ActivityExportQuery,
  ActivityOut,
  ActivityPage,
  ActivityQuery,
  AdminActivityExportQuery,
  AdminActivityQuery,
  presentActivity,
  VerbList,
} from './schemas.ts';
import { verbLabels } from './verb-labels.ts';

const own = { tag: 'Activities', access: 'user', scope: 'activities:read', method: 'get' } as const;
const admin = { tag: 'Admin', access: 'admin', method: 'get' } as const;
const CSV = 'Newest first; times in UTC. What a spreadsheet would take for a formula has an apostrophe.';
const file: { answer: { status: 200; description: string }; alsoProduces: string[] } = {
  answer: { status: 200, description: 'The file' },
  alsoProduces: ['text/csv'],
};

function answerCsv(ctx: OrgContext, request: Request, filter: ActivityFilter): Response {
  const headers = {
    'Cache-Control': 'no-store',
    'Content-Disposition': 'attachment; filename="activities.csv"',
    'Content-Type': 'text/csv; charset=utf-8',
    'X-Content-Type-Options': 'nosniff',
  };
  if (request.method === 'HEAD') return new Response(null, { headers });
  const body = Readable.from(exportActivities(ctx, filter), { objectMode: false, highWaterMark: 65_536 });
  return new Response(Readable.toWeb(body) as ReadableStream, { headers });
}

const page = async (ctx: OrgContext, filter: ActivityFilter, query: { limit: number; cursor?: string | undefined }) => {
  const { data, nextCursor } = await listActivities(ctx, filter, query);
  return { data: data.map((row) => presentActivity(ctx, row)), nextCursor };
};

const ownRoutes = [
  defineRoute(
    {
      ...own,
      path: '/v1/activities',
      summary: 'What I did, newest first; for the owner what everybody of the organization did',
      query: ActivityQuery,
      answer: { status: 200, schema: ActivityPage },
    },
    ({ ctx, query: { limit, cursor, ...filter } }) => page(ctx, ownFilter(ctx, filter), { limit, cursor }),
  ),
  defineRoute(
    {
      ...own,
      path: '/v1/activities.csv',
      summary: 'The same as a CSV file',
      description: CSV,
      query: ActivityExportQuery,
      ...file,
    },
    async ({ ctx, query, request }) => answerCsv(ctx, request, ownFilter(ctx, query)),
  ),
  defineRoute(
    {
      ...own,
      path: '/v1/activities/{id}',
      summary: 'An activity, with what it changed',
      params: IdParams,
      answer: { status: 200, schema: ActivityOut },
    },
    async ({ ctx, params }) => presentActivity(ctx, await getActivity(ctx, params.id)),
  ),
  defineRoute(
    {
      ...own,
      path: '/v1/activity-verbs',
      summary: 'What can be done, and how to say it in Turkish and English',
      answer: { status: 200, schema: VerbList },
    },
    async () => ({
      data: Object.entries(verbLabels).map(([verb, label]) => ({ verb, room: verb.split('.')[0]!, label })),
    }),
  ),
];

const adminRoutes = [
  defineRoute(
    {
      ...admin,
      path: '/v1/admin/activities',
      summary: 'The activities of everybody, newest first',
      query: AdminActivityQuery,
      answer: { status: 200, schema: ActivityPage },
    },
    ({ ctx, query: { limit, cursor, ...filter } }) => page(ctx, adminFilter(ctx, filter), { limit, cursor }),
  ),
  defineRoute(
    {
      ...admin,
      path: '/v1/admin/activities.csv',
      summary: 'The same as a CSV file',
      description: CSV,
      query: AdminActivityExportQuery,
      ...file,
    },
    async ({ ctx, query, request }) => answerCsv(ctx, request, adminFilter(ctx, query)),
  ),
  defineRoute(
    {
      ...admin,
      path: '/v1/admin/activities/{id}',
      summary: 'An activity of anybody, with what it changed',
      params: IdParams,
      answer: { status: 200, schema: ActivityOut },
    },
    async ({ ctx, params }) => presentActivity(ctx, await getAnyActivity(ctx, params.id)),
  ),
];

export const activitiesRoutes: Route<OrgContext>[] = [...ownRoutes, ...adminRoutes];
