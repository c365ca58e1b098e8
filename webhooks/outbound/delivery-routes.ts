import type { OrgContext } from '#src/context.ts';
import { defineRoute } from '#src/door.ts';
import type { Route } from '#src/platform/route.ts';
import { IdParams } from '#src/platform/schemas.ts';
import { findDelivery, findReplay, listDeliveries } from './queries.ts';
import { replayDelivery } from './replay-delivery.ts';
import {
  DeliveryOut,
  DeliveryPage,
  DeliveryParams,
  DeliveryQuery,
  presentDelivery,
  presentReplay,
  ReplayIn,
  ReplayOut,
  ReplayParams,
} from './schemas.ts';
import { startReplay } from './start-replay.ts';

const TAG = 'Webhooks';
const READ = { tag: TAG, access: 'user', scope: 'webhooks:read' } as const;
const WRITE = { tag: TAG, access: 'user', scope: 'webhooks:write' } as const;

/** What was sent to an endpoint, and sending it again. */
export const deliveryRoutes: Route<OrgContext>[] = [
  defineRoute(
    {
      method: 'get',
      path: '/v1/webhook-endpoints/{id}/deliveries',
      summary: 'What was sent to it, newest first, with every attempt',
      description: 'Kept for 30 days.',
      ...READ,
      params: IdParams,
      query: DeliveryQuery,
      answer: { status: 200, schema: DeliveryPage },
    },
    async ({ ctx, params, query }) => {
      const { data, nextCursor } = await listDeliveries(ctx, params.id, query);
      return { data: data.map(presentDelivery), nextCursor };
    },
  ),
  defineRoute(
    {
      method: 'post',
      path: '/v1/webhook-endpoints/{id}/deliveries/{deliveryId}/replay',
      summary: 'Send one event again',
      description: 'The webhook-id stays; it gets all its tries anew.',
      ...WRITE,
      params: DeliveryParams,
      answer: { status: 202, schema: DeliveryOut },
      problems: ['conflict'],
    },
    async ({ ctx, params }) => {
      await replayDelivery(ctx, params.id, params.deliveryId);
      return presentDelivery(await findDelivery(ctx, params.id, params.deliveryId));
    },
  ),
  defineRoute(
    {
      method: 'post',
      path: '/v1/webhook-endpoints/{id}/replay',
      summary: 'Send everything again that happened in a stretch of time',
      description:
        'Also what the endpoint missed while it was switched off. `from` included, `to` not; 100,000 events at most, one replay at a time.',
      ...WRITE,
      params: IdParams,
      body: ReplayIn,
      answer: { status: 202, schema: ReplayOut },
      problems: ['conflict'],
    },
    async ({ ctx, params, body }) => {
      const range = { from: new Date(body.from), to: new Date(body.to), events: body.events };
      return presentReplay(await startReplay(ctx, params.id, range));
    },
  ),
  defineRoute(
    {
      method: 'get',
      path: '/v1/webhook-endpoints/{id}/replays/{replayId}',
      summary: 'How far a replay has come',
      ...READ,
      params: ReplayParams,
      answer: { status: 200, schema: ReplayOut },
    },
    async ({ ctx, params }) => presentReplay(await findReplay(ctx, params.id, params.replayId)),
  ),
];
