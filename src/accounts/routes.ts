import type { OrgContext } from '#src/context.ts';
import { defineRoute } from '#src/door.ts';
import type { Route } from '#src/platform/route.ts';
import { IdParams, PageQuery } from '#src/platform/schemas.ts';
import { addMember } from './add-member.ts';
import { type AuthRouteOptions, authRoutes } from './auth-routes.ts';
import { createApiKey } from './create-api-key.ts';
import type { Auth } from './create-auth.ts';
import { findImpersonation } from './find-impersonation.ts';
import { linkRoutes } from './link-routes.ts';
import { findMe, findMember, findOrganization, listApiKeys, listMembers } from './queries.ts';
import { removeMember } from './remove-member.ts';
import { revokeApiKey } from './revoke-api-key.ts';
import {
  ApiKeyIn,
  ApiKeyPage,
  MemberIn,
  MemberOut,
  MemberPage,
  MemberParams,
  MeOut,
  NewApiKeyOut,
  OrganizationIn,
  OrganizationOut,
  presentApiKey,
  presentMe,
  presentMember,
  presentOrganization,
} from './schemas.ts';
import { sessionRoutes } from './session-routes.ts';
import { updateOrganization } from './update-organization.ts';

const TAG = 'Accounts';

export const accountsRoutes = (auth: Auth, options: AuthRouteOptions = {}): Route<OrgContext>[] => [
  ...authRoutes(auth, options),
  ...sessionRoutes,
  ...linkRoutes(auth, options),
  ...ownRoutes,
  ...apiKeyRoutes,
  ...organizationRoutes(auth),
];

const ownRoutes = [
  defineRoute(
    {
      method: 'get',
      path: '/v1/me',
      summary: 'Who I am, my organization, credits and settings',
      tag: TAG,
      access: 'user',
      scope: 'account:read',
      answer: { status: 200, schema: MeOut },
    },
    async ({ ctx }) => presentMe({ ...(await findMe(ctx)), impersonation: await findImpersonation(ctx) }),
  ),
];

const apiKeyRoutes = [
  defineRoute(
    {
      method: 'get',
      path: '/v1/api-keys',
      summary: 'My API keys',
      tag: TAG,
      access: 'user',
      query: PageQuery,
      answer: { status: 200, schema: ApiKeyPage },
    },
    async ({ ctx, query }) => {
      const { data, nextCursor } = await listApiKeys(ctx, query);
      return { data: data.map(presentApiKey), nextCursor };
    },
  ),
  defineRoute(
    {
      method: 'post',
      path: '/v1/api-keys',
      summary: 'Make an API key',
      description:
        'A key acts for its user, within its scopes; it never manages keys and never does what only admins may.',
      tag: TAG,
      access: 'user',
      personal: true,
      body: ApiKeyIn,
      answer: { status: 201, schema: NewApiKeyOut },
      problems: ['conflict'],
    },
    async ({ ctx, body, c }) => {
      const { key, ...row } = await createApiKey(ctx, {
        ...body,
        expiresAt: body.expiresAt ? new Date(body.expiresAt) : null,
      });
      c.header('Cache-Control', 'no-store');
      return { ...presentApiKey(row), key };
    },
  ),
  defineRoute(
    {
      method: 'delete',
      path: '/v1/api-keys/{id}',
      summary: 'Revoke an API key',
      tag: TAG,
      access: 'user',
      personal: true,
      params: IdParams,
      answer: { status: 204 },
    },
    ({ ctx, params }) => revokeApiKey(ctx, params.id),
  ),
];

const organizationRoutes = (auth: Auth) => [
  defineRoute(
    {
      method: 'get',
      path: '/v1/organization',
      summary: 'My organization',
      tag: TAG,
      access: 'user',
      scope: 'organization:read',
      answer: { status: 200, schema: OrganizationOut },
    },
    async ({ ctx }) => presentOrganization(await findOrganization(ctx), ctx.role),
  ),
  defineRoute(
    {
      method: 'patch',
      path: '/v1/organization',
      summary: 'Change the name, the default region or the words that opt a customer out',
      tag: TAG,
      access: 'user',
      body: OrganizationIn,
      answer: { status: 200, schema: OrganizationOut },
    },
    async ({ ctx, body }) => {
      await updateOrganization(ctx, body);
      return presentOrganization(await findOrganization(ctx), ctx.role);
    },
  ),
  ...memberRoutes(auth),
];

const memberRoutes = (auth: Auth) => [
  defineRoute(
    {
      method: 'get',
      path: '/v1/organization/members',
      summary: 'Its members',
      tag: TAG,
      access: 'user',
      scope: 'organization:read',
      query: PageQuery,
      answer: { status: 200, schema: MemberPage },
    },
    async ({ ctx, query }) => {
      const { data, nextCursor } = await listMembers(ctx, query);
      return { data: data.map(presentMember), nextCursor };
    },
  ),
  defineRoute(
    {
      method: 'post',
      path: '/v1/organization/members',
      summary: 'Add a consultant',
      description: 'Makes the user; tell him his password and let him change it.',
      tag: TAG,
      access: 'user',
      personal: true,
      body: MemberIn,
      answer: { status: 201, schema: MemberOut },
      problems: ['already-exists'],
    },
    async ({ ctx, body }) => presentMember(await findMember(ctx, await addMember(ctx, auth, body))),
  ),
  defineRoute(
    {
      method: 'delete',
      path: '/v1/organization/members/{userId}',
      summary: 'Remove a consultant',
      tag: TAG,
      access: 'user',
      params: MemberParams,
      answer: { status: 204 },
      problems: ['conflict'],
    },
    ({ ctx, params }) => removeMember(ctx, params.userId),
  ),
];
