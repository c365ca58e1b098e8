import type { OrgContext } from '#src/context.ts';
import { defineRoute } from '#src/door.ts';
import type { Route } from '#src/platform/route.ts';
import { IdParams } from '#src/platform/schemas.ts';
import {
  AllInstancesQuery,
  InstanceLineOut,
  InstanceLinePage,
  MoveBody,
  presentInstanceLine,
} from './instance-schemas.ts';
import { findAnyInstance, listAllInstances } from './list-instances.ts';
import { moveInstance } from './move-instance.ts';

const admin = { tag: 'Admin', access: 'admin' } as const;

export const adminInstanceRoutes: Route<OrgContext>[] = [
  defineRoute(
    {
      ...admin,
      method: 'get',
      path: '/v1/admin/instances',
      summary: 'The connections of all organizations, and on which server each lives',
      query: AllInstancesQuery,
      answer: { status: 200, schema: InstanceLinePage },
    },
    async ({ ctx, query }) => {
      const { data, nextCursor } = await listAllInstances(ctx, query);
      return { data: data.map(presentInstanceLine), nextCursor };
    },
  ),
  defineRoute(
    {
      ...admin,
      method: 'get',
      path: '/v1/admin/instances/{id}',
      summary: 'Anybody’s connection',
      params: IdParams,
      answer: { status: 200, schema: InstanceLineOut },
    },
    async ({ ctx, params }) => presentInstanceLine(await findAnyInstance(ctx, params.id)),
  ),
  defineRoute(
    {
      ...admin,
      method: 'post',
      path: '/v1/admin/instances/{id}/move',
      summary: 'Move a connection to another Evolution server',
      description:
        'WhatsApp’s session cannot be carried over: its user scans a new QR code, and nothing of the number is sent until then. What is on the wire or ' +
        'in doubt is waited for first, for ten minutes at most; campaigns go on where they were, and nobody is written to twice. What is left on the ' +
        'former server is logged out and removed within minutes, once the new one has it.',
      params: IdParams,
      body: MoveBody,
      answer: { status: 202, schema: InstanceLineOut },
      problems: ['conflict', 'whatsapp-unavailable'],
    },
    async ({ ctx, params, body }) => {
      await moveInstance(ctx, params.id, body.serverId);
      return presentInstanceLine(await findAnyInstance(ctx, params.id));
    },
  ),
];
