import type { OrgContext } from '#src/context.ts';
import { defineRoute } from '#src/door.ts';
import type { Route } from '#src/platform/route.ts';
import { IdParams, PageQuery } from '#src/platform/schemas.ts';
import { endSession } from './end-session.ts';
import { endSessions } from './end-sessions.ts';
import { listSessions, requireUser } from './session-queries.ts';
import { EndedOut, presentSession, SessionPage, SessionParams, UserSessionParams } from './session-schemas.ts';

const own = { tag: 'Accounts', access: 'user' } as const;
const admin = { tag: 'Admin', access: 'admin' } as const;

/** A user's sessions, seen and ended by himself and by a platform admin; not with API keys. */
export const sessionRoutes: Route<OrgContext>[] = [
  defineRoute(
    {
      ...own,
      method: 'get',
      path: '/v1/auth/sessions',
      summary: 'Where I am signed in, newest first',
      query: PageQuery,
      answer: { status: 200, schema: SessionPage },
    },
    async ({ ctx, query }) => {
      const { data, nextCursor } = await listSessions(ctx, ctx.userId, query);
      return { data: data.map((row) => presentSession(row, ctx)), nextCursor };
    },
  ),
  defineRoute(
    {
      ...own,
      method: 'delete',
      path: '/v1/auth/sessions',
      summary: 'Sign out everywhere else',
      personal: true,
      description: 'Ends every session but the one that asks, and their live streams at once.',
      answer: { status: 200, schema: EndedOut },
    },
    async ({ ctx }) => ({ ended: await endSessions(ctx, { userId: ctx.userId, except: ctx.sessionId }) }),
  ),
  defineRoute(
    {
      ...own,
      method: 'delete',
      path: '/v1/auth/sessions/{sessionId}',
      summary: 'End one session',
      personal: true,
      params: SessionParams,
      answer: { status: 204 },
    },
    ({ ctx, params }) => endSession(ctx, { userId: ctx.userId, sessionId: params.sessionId }),
  ),
  defineRoute(
    {
      ...admin,
      method: 'get',
      path: '/v1/admin/users/{id}/sessions',
      summary: 'Where a user is signed in, newest first',
      params: IdParams,
      query: PageQuery,
      answer: { status: 200, schema: SessionPage },
    },
    async ({ ctx, params, query }) => {
      await requireUser(ctx, params.id);
      const { data, nextCursor } = await listSessions(ctx, params.id, query);
      return { data: data.map((row) => presentSession(row, ctx)), nextCursor };
    },
  ),
  defineRoute(
    {
      ...admin,
      method: 'delete',
      path: '/v1/admin/users/{id}/sessions',
      summary: 'End all sessions of a user',
      description: 'API keys stay: a ban ends those, too.',
      params: IdParams,
      answer: { status: 200, schema: EndedOut },
    },
    async ({ ctx, params }) => ({ ended: await endSessions(ctx, { userId: params.id }) }),
  ),
  defineRoute(
    {
      ...admin,
      method: 'delete',
      path: '/v1/admin/users/{id}/sessions/{sessionId}',
      summary: 'End one session of a user',
      params: UserSessionParams,
      answer: { status: 204 },
    },
    ({ ctx, params }) => endSession(ctx, { userId: params.id, sessionId: params.sessionId }),
  ),
];
