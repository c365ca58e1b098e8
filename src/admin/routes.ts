import type { OrgContext } from '#src/context.ts';
import { defineRoute } from '#src/door.ts';
import type { Route } from '#src/platform/route.ts';
import { IdParams } from '#src/platform/schemas.ts';
import { banUser } from './ban-user.ts';
import { liftBan } from './lift-ban.ts';
import { findUser, listUsers } from './queries.ts';
import { AdminUser, AdminUserPage, BanBody, presentAdminUser, UserQuery } from './schemas.ts';

const admin = { tag: 'Admin', access: 'admin' } as const;

export const adminRoutes: Route<OrgContext>[] = [
  defineRoute(
    {
      ...admin,
      method: 'get',
      path: '/v1/admin/users',
      summary: 'The users of all organizations, newest first',
      query: UserQuery,
      answer: { status: 200, schema: AdminUserPage },
    },
    async ({ ctx, query }) => {
      const { data, nextCursor } = await listUsers(ctx, query);
      return { data: data.map((row) => presentAdminUser(row, ctx.clock.now())), nextCursor };
    },
  ),
  defineRoute(
    {
      ...admin,
      method: 'get',
      path: '/v1/admin/users/{id}',
      summary: 'A user, with credits and connection',
      params: IdParams,
      answer: { status: 200, schema: AdminUser },
    },
    async ({ ctx, params }) => presentAdminUser(await findUser(ctx, params.id), ctx.clock.now()),
  ),
  defineRoute(
    {
      ...admin,
      method: 'put',
      path: '/v1/admin/users/{id}/ban',
      summary: 'Ban a user',
      description:
        'Ends sessions and API keys and pauses campaigns. No further message of the user leaves; one that is on the wire ends by itself. ' +
        'Credits stay held.',
      params: IdParams,
      body: BanBody,
      answer: { status: 200, schema: AdminUser },
      problems: ['conflict'],
    },
    async ({ ctx, params, body }) => {
      await banUser(ctx, { userId: params.id, reason: body.reason, until: body.until ? new Date(body.until) : null });
      return presentAdminUser(await findUser(ctx, params.id), ctx.clock.now());
    },
  ),
  defineRoute(
    {
      ...admin,
      method: 'delete',
      path: '/v1/admin/users/{id}/ban',
      summary: 'Lift a ban',
      description: 'The user can sign in again. Campaigns stay paused until they are resumed.',
      params: IdParams,
      answer: { status: 204 },
    },
    ({ ctx, params }) => liftBan(ctx, params.id),
  ),
];
