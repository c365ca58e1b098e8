import type { OrgContext } from '#src/context.ts';
import { defineRoute } from '#src/door.ts';
import type { Route } from '#src/platform/route.ts';
import { IdParams, PageQuery, toInstant } from '#src/platform/schemas.ts';
import { createEndpoint } from './create-endpoint.ts';
import { deleteEndpoint } from './delete-endpoint.ts';
import { pingEndpoint } from './ping-endpoint.ts';
import { listEndpoints } from './queries.ts';
import { requireEndpoint } from './require-endpoint.ts';
import { rotateSecret } from './rotate-secret.ts';
import {
  EndpointChange,
  EndpointCreated,
  EndpointIn,
  EndpointOut,
  EndpointPage,
  PingOut,
  presentEndpoint,
  SecretOut,
} from './schemas.ts';
import { updateEndpoint } from './update-endpoint.ts';

const TAG = 'Webhooks';
const READ = { tag: TAG, access: 'user', scope: 'webhooks:read' } as const;
const WRITE = { tag: TAG, access: 'user', scope: 'webhooks:write' } as const;

/** Endpoints of webhooks out. The owner's, or a key's of his. */
export const outboundRoutes: Route<OrgContext>[] = [
  defineRoute(
    {
      method: 'get',
      path: '/v1/webhook-endpoints',
      summary: 'Endpoints that are told what happens, newest first',
      ...READ,
      query: PageQuery,
      answer: { status: 200, schema: EndpointPage },
    },
    async ({ ctx, query }) => {
      const { data, nextCursor } = await listEndpoints(ctx, query);
      return { data: data.map(presentEndpoint), nextCursor };
    },
  ),
  defineRoute(
    {
      method: 'post',
      path: '/v1/webhook-endpoints',
      summary: 'Have a URL told what happens',
      description:
        'From now on every event that it chose is posted to it, signed as Standard Webhooks says, at least once, in no promised order, ' +
        'until it answers 2xx (see `webhooks` in this document). The secret is shown only in this answer.',
      ...WRITE,
      body: EndpointIn,
      answer: { status: 201, schema: EndpointCreated },
      problems: ['conflict'],
    },
    async ({ ctx, body }) => {
      const { endpoint, secret } = await createEndpoint(ctx, body);
      return { ...presentEndpoint(endpoint), secret };
    },
  ),
  defineRoute(
    {
      method: 'get',
      path: '/v1/webhook-endpoints/{id}',
      summary: 'An endpoint, and how it fares',
      ...READ,
      params: IdParams,
      answer: { status: 200, schema: EndpointOut },
    },
    async ({ ctx, params }) => presentEndpoint(await requireEndpoint(ctx, params.id)),
  ),
  defineRoute(
    {
      method: 'patch',
      path: '/v1/webhook-endpoints/{id}',
      summary: 'Change it, switch it off or on',
      ...WRITE,
      params: IdParams,
      body: EndpointChange,
      answer: { status: 200, schema: EndpointOut },
    },
    async ({ ctx, params, body }) => presentEndpoint(await updateEndpoint(ctx, params.id, body)),
  ),
  defineRoute(
    {
      method: 'delete',
      path: '/v1/webhook-endpoints/{id}',
      summary: 'Tell it nothing any more',
      ...WRITE,
      params: IdParams,
      answer: { status: 204 },
    },
    ({ ctx, params }) => deleteEndpoint(ctx, params.id),
  ),
  defineRoute(
    {
      method: 'post',
      path: '/v1/webhook-endpoints/{id}/rotate-secret',
      summary: 'Give it a new secret',
      description: 'For 24 hours both secrets sign: the header carries two signatures.',
      ...WRITE,
      params: IdParams,
      answer: { status: 200, schema: SecretOut },
    },
    async ({ ctx, params }) => {
      const { secret, previousSecretUntil } = await rotateSecret(ctx, params.id);
      return { secret, previousSecretUntil: toInstant(previousSecretUntil) };
    },
  ),
  defineRoute(
    {
      method: 'post',
      path: '/v1/webhook-endpoints/{id}/test',
      summary: 'Send it a ping now',
      description: 'Answers with what came of it, within 15 seconds. Works for one that is switched off, too.',
      ...WRITE,
      params: IdParams,
      answer: { status: 200, schema: PingOut },
    },
    ({ ctx, params }) => pingEndpoint(ctx, params.id),
  ),
];
