import type { Auth } from '#src/accounts/create-auth.ts';
import type { OrgContext } from '#src/context.ts';
import { defineRoute } from '#src/door.ts';
import type { Route } from '#src/platform/route.ts';
import { IdParams } from '#src/platform/schemas.ts';
import { banUser } from './ban-user.ts';
import { createInvitedUser } from './create-invited-user.ts';
import { deletionRoutes } from './deletion-routes.ts';
import { AdminUserDetails, presentUserDetails } from './detail-schemas.ts';
import { findUserDetails } from './find-user-details.ts';
import { impersonateUser } from './impersonate-user.ts';
import { liftBan } from './lift-ban.ts';
import { mailResetLink } from './mail-reset-link.ts';
import { countUsers, findUser, listUsers } from './queries.ts';
import {
  AdminUser,
  AdminUserPage,
  BanBody,
  filterOf,
  ImpersonationBody,
  ImpersonationSession,
  MailedResetLink,
  NewUserBody,
  presentAdminUser,
  UserChangeBody,
  UserCountQuery,
  UserCountsOut,
  UserQuery,
} from './schemas.ts';
import { updateUser } from './update-user.ts';

const admin = { tag: 'Admin', access: 'admin' } as const;

export const adminRoutes = (auth: Auth): Route<OrgContext>[] => [
  ...readRoutes,
  ...writeRoutes(auth),
  ...standInRoutes,
  ...banRoutes,
  ...deletionRoutes,
];

const readRoutes: Route<OrgContext>[] = [
  defineRoute(
    {
      ...admin,
      method: 'get',
      path: '/v1/admin/users',
      summary: 'The users of all organizations',
      query: UserQuery,
      answer: { status: 200, schema: AdminUserPage },
    },
    async ({ ctx, query }) => {
      const { data, nextCursor } = await listUsers(ctx, filterOf(query));
      return { data: data.map((row) => presentAdminUser(row, ctx.clock.now())), nextCursor };
    },
  ),
  defineRoute(
    {
      ...admin,
      method: 'get',
      path: '/v1/admin/user-counts',
      summary: 'How many users there are, by what they are',
      query: UserCountQuery,
      answer: { status: 200, schema: UserCountsOut },
    },
    ({ ctx, query }) => countUsers(ctx, filterOf(query)),
  ),
  defineRoute(
    {
      ...admin,
      method: 'get',
      path: '/v1/admin/users/{id}',
      summary: 'A user: organization, connections, campaigns, credits, keys, last activities',
      params: IdParams,
      answer: { status: 200, schema: AdminUserDetails },
    },
    async ({ ctx, params }) => presentUserDetails(await findUserDetails(ctx, params.id), ctx.clock.now()),
  ),
];

const writeRoutes = (auth: Auth): Route<OrgContext>[] => [
  defineRoute(
    {
      ...admin,
      method: 'post',
      path: '/v1/admin/users',
      summary: 'Make a user',
      description:
        'In an organization of his own, or a member of another. He is mailed a link to choose a password by, good for a week, which also proves his address.',
      body: NewUserBody,
      answer: { status: 201, schema: AdminUser },
      problems: ['already-exists'],
    },
    async ({ ctx, body }) => {
      const { organizationId, organizationRole, organizationName, ...person } = body;
      const userId = await createInvitedUser(ctx, auth, {
        ...person,
        membership: organizationId ? { organizationId, role: organizationRole ?? 'consultant' } : null,
        organizationName: organizationName ?? null,
      });
      return presentAdminUser(await findUser(ctx, userId), ctx.clock.now());
    },
  ),
  defineRoute(
    {
      ...admin,
      method: 'patch',
      path: '/v1/admin/users/{id}',
      summary: 'Change a user’s name, address or roles',
      description: 'A role counts at once, also for requests that are under way.',
      params: IdParams,
      body: UserChangeBody,
      answer: { status: 200, schema: AdminUser },
      problems: ['already-exists', 'conflict'],
    },
    async ({ ctx, params, body }) => {
      await updateUser(ctx, params.id, body);
      return presentAdminUser(await findUser(ctx, params.id), ctx.clock.now());
    },
  ),
];

const NOTHING_ENDS = {
  en: 'Password and sessions stay as they are until the link is used; it is good for an hour.',
  tr: 'Bağlantı kullanılana kadar parola ve oturumlar olduğu gibi kalır; bağlantı bir saat geçerlidir.',
};

const standInRoutes: Route<OrgContext>[] = [
  defineRoute(
    {
      ...admin,
      method: 'post',
      path: '/v1/admin/users/{id}/reset-password',
      summary: 'Mail a user a link to choose a new password by',
      description: 'Nothing ends before he uses it.',
      params: IdParams,
      answer: { status: 202, schema: MailedResetLink },
      problems: ['conflict', 'rate-limited'],
    },
    async ({ ctx, params }) => ({ ...(await mailResetLink(ctx, params.id)), note: NOTHING_ENDS[ctx.language] }),
  ),
  defineRoute(
    {
      ...admin,
      method: 'post',
      path: '/v1/admin/users/{id}/impersonate',
      summary: 'Act as a user for an hour',
      description:
        'Every activity names you. Not as an admin or somebody banned; in such a session no password is changed, no key made, nobody added, and no admin route is open.',
      params: IdParams,
      body: ImpersonationBody,
      answer: { status: 201, schema: ImpersonationSession },
      problems: ['conflict'],
    },
    async ({ ctx, params, body, c }) => {
      const { token, until } = await impersonateUser(ctx, params.id, body.reason ?? null);
      c.header('Cache-Control', 'no-store');
      return { token, userId: params.id, until: until.toISOString() };
    },
  ),
];

const banRoutes: Route<OrgContext>[] = [
  defineRoute(
    {
      ...admin,
      method: 'put',
      path: '/v1/admin/users/{id}/ban',
      summary: 'Ban a user',
      description:
        'Ends sessions, API keys, live streams and integrations, and pauses campaigns. No further message of the user leaves; one that is on the wire ends by itself. ' +
        'Credits stay held. Signing in says why, and until when.',
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
      description:
        'The user can sign in again. Campaigns stay paused until they are resumed; keys and integrations stay ended.',
      params: IdParams,
      answer: { status: 204 },
    },
    ({ ctx, params }) => liftBan(ctx, params.id),
  ),
];
