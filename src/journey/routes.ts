import type { OrgContext } from '#src/context.ts';
import { timeZoneOf } from '#src/customers/queries.ts';
import { defineRoute } from '#src/door.ts';
import type { Route } from '#src/platform/route.ts';
import { IdParams, PageQuery } from '#src/platform/schemas.ts';
import { addInteraction } from './add-interaction.ts';
import { changeInteraction } from './change-interaction.ts';
import { deleteInteraction } from './delete-interaction.ts';
import { getInteraction, listInteractions } from './queries.ts';
import { readTimeline } from './read-timeline.ts';
import {
  InteractionIn,
  InteractionOut,
  InteractionPage,
  InteractionParams,
  InteractionUpdate,
  presentEntry,
  presentInteraction,
  TimelinePage,
  TimelineQuery,
} from './schemas.ts';

const read = { access: 'user', scope: 'customers:read', tag: 'Journey' } as const;
const write = { access: 'user', scope: 'customers:write', tag: 'Journey' } as const;

const timelineRoute = defineRoute(
  {
    ...read,
    method: 'get',
    path: '/v1/customers/{id}/timeline',
    summary: 'Everything that happened with a customer, newest first',
    description:
      'The record itself, messages both ways, campaigns and what became of them, mail opens and clicks, SMS, files, appointments, what was noted by hand, consents and suppressions. A consultant sees the conversations and campaigns that are his to see; an API key what its other scopes let it read (`messages:read`, `campaigns:read`, `media:read`, `appointments:read`, `suppressions:read`).',
    params: IdParams,
    query: TimelineQuery,
    answer: { status: 200, schema: TimelinePage },
  },
  async ({ ctx, params, query: { kind, ...query } }) => {
    const kinds = kind === undefined ? undefined : [kind].flat();
    const page = await readTimeline(ctx, params.id, { ...query, kinds });
    const reader = { language: ctx.language, timeZone: await timeZoneOf(ctx) };
    return { data: page.data.map((entry) => presentEntry(entry, reader)), nextCursor: page.nextCursor };
  },
);

const interactionRoutes: Route<OrgContext>[] = [
  defineRoute(
    {
      ...read,
      method: 'get',
      path: '/v1/customers/{id}/interactions',
      summary: 'Calls, meetings, visits and notes, newest first',
      params: IdParams,
      query: PageQuery,
      answer: { status: 200, schema: InteractionPage },
    },
    async ({ ctx, params, query }) => {
      const { data, nextCursor } = await listInteractions(ctx, params.id, query);
      return { data: data.map(presentInteraction), nextCursor };
    },
  ),
  defineRoute(
    {
      ...write,
      method: 'post',
      path: '/v1/customers/{id}/interactions',
      summary: 'Note a call, a meeting, a visit or just a note',
      description: 'All but a note move `lastContactedAt` of the customer forward, never back.',
      params: IdParams,
      body: InteractionIn,
      answer: { status: 201, schema: InteractionOut },
    },
    async ({ ctx, params, body }) => {
      const happenedAt = body.happenedAt ?? ctx.clock.now();
      return presentInteraction(await addInteraction(ctx, params.id, { ...body, happenedAt }));
    },
  ),
  defineRoute(
    {
      ...read,
      method: 'get',
      path: '/v1/customers/{id}/interactions/{interactionId}',
      summary: 'One of them',
      params: InteractionParams,
      answer: { status: 200, schema: InteractionOut },
    },
    async ({ ctx, params }) => presentInteraction(await getInteraction(ctx, params.id, params.interactionId)),
  ),
  defineRoute(
    {
      ...write,
      method: 'patch',
      path: '/v1/customers/{id}/interactions/{interactionId}',
      summary: 'Correct what was noted',
      description: 'Who noted it may, and an owner.',
      params: InteractionParams,
      body: InteractionUpdate,
      answer: { status: 200, schema: InteractionOut },
    },
    async ({ ctx, params, body }) =>
      presentInteraction(await changeInteraction(ctx, params.id, params.interactionId, body)),
  ),
  defineRoute(
    {
      ...write,
      method: 'delete',
      path: '/v1/customers/{id}/interactions/{interactionId}',
      summary: 'Take back what was noted',
      description: 'Who noted it may, and an owner. `lastContactedAt` stays.',
      params: InteractionParams,
      answer: { status: 204 },
    },
    async ({ ctx, params }) => deleteInteraction(ctx, params.id, params.interactionId),
  ),
];

export const journeyRoutes: Route<OrgContext>[] = [timelineRoute, ...interactionRoutes];
