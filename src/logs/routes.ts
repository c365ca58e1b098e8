import type { OrgContext } from '#src/context.ts';
import { defineRoute } from '#src/door.ts';
import type { Route } from '#src/platform/route.ts';
import { IdParams } from '#src/platform/schemas.ts';
import { findError, listErrors } from './error-queries.ts';
import { judgeError } from './judge-error.ts';
import type { LogTail } from './log-tail.ts';
import { listLogs } from './queries.ts';
import * as schemas from './schemas.ts';
import { parsePosition } from './tail-client.ts';

const admin = { tag: 'Logs', access: 'admin' } as const;

const STREAM = { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store', 'X-Accel-Buffering': 'no' };

const list = defineRoute(
  {
    ...admin,
    method: 'get',
    path: '/v1/admin/logs',
    summary: 'What the processes logged, newest first',
    description:
      'Kept for LOG_RETENTION_DAYS. A request id leads through the request, the jobs it sent and the messages they send.',
    query: schemas.LogQuery,
    answer: { status: 200, schema: schemas.LogPage },
  },
  async ({ ctx, query }) => {
    const { limit, cursor, from, to, ...filter } = query;
    const range = { from: from ? new Date(from) : undefined, to: to ? new Date(to) : undefined };
    const { data, nextCursor } = await listLogs(ctx, { limit, cursor, ...range, ...schemas.readFilter(filter) });
    return { data: data.map(schemas.presentLine), nextCursor };
  },
);

const tail = (logTail: LogTail) =>
  defineRoute(
    {
      ...admin,
      method: 'get',
      path: '/v1/admin/logs/tail',
      summary: 'What the processes log, as it comes (Server-Sent Events)',
      description:
        'Each `line` is one as the list shows it. `end` says why the stream ends: `over` after a quarter of an hour, `too-slow` when too ' +
        'many lines were waiting. Send `Last-Event-ID` to go on where it broke off.',
      query: schemas.TailQuery,
      answer: { status: 200, description: 'A stream that stays open' },
      alsoProduces: ['text/event-stream'],
    },
    async ({ ctx, query, request }) => {
      if (request.method === 'HEAD') return new Response(null, { headers: STREAM });
      const last = parsePosition(request.headers.get('last-event-id'));
      const client = logTail.open({ userId: ctx.userId, filter: schemas.readFilter(query), last });
      return new Response(client.stream, { headers: STREAM });
    },
  );

const errors: Route<OrgContext>[] = [
  defineRoute(
    {
      ...admin,
      method: 'get',
      path: '/v1/admin/errors',
      summary: 'Errors by kind, with how often and when they were seen',
      description:
        'Of one kind are those of one class, thrown at one place, whose messages differ in ids, numbers and names only.',
      query: schemas.ErrorQuery,
      answer: { status: 200, schema: schemas.ErrorPage },
    },
    async ({ ctx, query: { level, ...query } }) => {
      const { data, nextCursor } = await listErrors(ctx, { ...query, level: schemas.readErrorLevel(level) });
      return { data: data.map(schemas.presentError), nextCursor };
    },
  ),
  defineRoute(
    {
      ...admin,
      method: 'get',
      path: '/v1/admin/errors/{id}',
      summary: 'A kind of error',
      params: IdParams,
      answer: { status: 200, schema: schemas.ErrorGroup },
    },
    async ({ ctx, params }) => schemas.presentError(await findError(ctx, params.id)),
  ),
  defineRoute(
    {
      ...admin,
      method: 'patch',
      path: '/v1/admin/errors/{id}',
      summary: 'Resolve a kind of error, or open it again',
      description: 'One that is seen again after it was resolved opens itself.',
      params: IdParams,
      body: schemas.ErrorBody,
      answer: { status: 200, schema: schemas.ErrorGroup },
    },
    async ({ ctx, params, body }) => {
      await judgeError(ctx, params.id, body.resolved);
      return schemas.presentError(await findError(ctx, params.id));
    },
  ),
];

export const logsRoutes = (logTail: LogTail): Route<OrgContext>[] => [tail(logTail), list, ...errors];
