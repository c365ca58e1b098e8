import type { OrgContext } from '#src/context.ts';
import { defineRoute } from '#src/door.ts';
import type { Route } from '#src/platform/route.ts';
import { IdParams, PageQuery } from '#src/platform/schemas.ts';
import { createIdentity } from './create-identity.ts';
import { deleteIdentity } from './delete-identity.ts';
import { findIdentity, listIdentities } from './identity-queries.ts';
import { IdentityChange, IdentityIn, IdentityOut, IdentityPage, presentIdentity } from './identity-schemas.ts';
import { recheckIdentity } from './recheck-identity.ts';
import { updateIdentity } from './update-identity.ts';

const TAG = 'Email';
const READ = { tag: TAG, access: 'user', scope: 'organization:read' } as const;
/** Owner only, signed in himself. */
const CHANGE = { tag: TAG, access: 'user' } as const;

export const identityRoutes: Route<OrgContext>[] = [
  defineRoute(
    {
      method: 'get',
      path: '/v1/sending-identities',
      summary: 'Addresses to send email from, newest first',
      ...READ,
      query: PageQuery,
      answer: { status: 200, schema: IdentityPage },
    },
    async ({ ctx, query }) => {
      const { data, nextCursor } = await listIdentities(ctx, query);
      return { data: data.map((row) => presentIdentity(ctx, row)), nextCursor };
    },
  ),
  defineRoute(
    {
      method: 'post',
      path: '/v1/sending-identities',
      summary: 'Add an address to send email from',
      description:
        'Set the DNS records of the answer at your domain; they are looked up every few minutes. Until the required ones are there ' +
        'no campaign is sent from it (but in the sandbox, where nobody gets mail).',
      ...CHANGE,
      body: IdentityIn,
      answer: { status: 201, schema: IdentityOut },
      problems: ['already-exists', 'conflict'],
    },
    async ({ ctx, body }) => {
      const { id } = await createIdentity(ctx, body);
      return presentIdentity(ctx, await findIdentity(ctx, id));
    },
  ),
  defineRoute(
    {
      method: 'get',
      path: '/v1/sending-identities/{id}',
      summary: 'An address to send email from, with its DNS records',
      ...READ,
      params: IdParams,
      answer: { status: 200, schema: IdentityOut },
    },
    async ({ ctx, params }) => presentIdentity(ctx, await findIdentity(ctx, params.id)),
  ),
  defineRoute(
    {
      method: 'patch',
      path: '/v1/sending-identities/{id}',
      summary: 'Change it',
      description: 'The address itself stays: add another one instead. By another server it has to be verified anew.',
      ...CHANGE,
      params: IdParams,
      body: IdentityChange,
      answer: { status: 200, schema: IdentityOut },
    },
    async ({ ctx, params, body }) => {
      await updateIdentity(ctx, params.id, body);
      return presentIdentity(ctx, await findIdentity(ctx, params.id));
    },
  ),
  defineRoute(
    {
      method: 'delete',
      path: '/v1/sending-identities/{id}',
      summary: 'Send from it no more',
      ...CHANGE,
      params: IdParams,
      answer: { status: 204 },
      problems: ['conflict'],
    },
    ({ ctx, params }) => deleteIdentity(ctx, params.id),
  ),
  defineRoute(
    {
      method: 'post',
      path: '/v1/sending-identities/{id}/check',
      summary: 'Look its DNS records up now',
      ...CHANGE,
      params: IdParams,
      answer: { status: 200, schema: IdentityOut },
    },
    async ({ ctx, params }) => presentIdentity(ctx, await recheckIdentity(ctx, params.id)),
  ),
];
