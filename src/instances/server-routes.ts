import type { OrgContext } from '#src/context.ts';
import { defineRoute } from '#src/door.ts';
import type { Route } from '#src/platform/route.ts';
import { IdParams } from '#src/platform/schemas.ts';
import { addEvolutionServer } from './add-evolution-server.ts';
import { getServer, listServers } from './queries.ts';
import { removeEvolutionServer } from './remove-evolution-server.ts';
import { AddServerBody, presentServer, ServerOut, ServerPage, UpdateServerBody } from './schemas.ts';
import { updateEvolutionServer } from './update-evolution-server.ts';

const tag = 'Admin';

const list = defineRoute(
  {
    method: 'get',
    path: '/v1/admin/evolution-servers',
    summary: 'The Evolution servers and how full they are',
    tag,
    access: 'admin',
    answer: { status: 200, schema: ServerPage },
  },
  async ({ ctx }) => ({ data: (await listServers(ctx)).map((row) => presentServer(ctx, row)), nextCursor: null }),
);

const read = defineRoute(
  {
    method: 'get',
    path: '/v1/admin/evolution-servers/{id}',
    summary: 'One Evolution server',
    tag,
    access: 'admin',
    params: IdParams,
    answer: { status: 200, schema: ServerOut },
  },
  async ({ ctx, params }) => presentServer(ctx, await getServer(ctx, params.id)),
);

const add = defineRoute(
  {
    method: 'post',
    path: '/v1/admin/evolution-servers',
    summary: 'Add an Evolution server; it must answer and take the key',
    tag,
    access: 'admin',
    body: AddServerBody,
    answer: { status: 201, schema: ServerOut },
    problems: ['already-exists', 'whatsapp-unavailable'],
  },
  async ({ ctx, body }) => presentServer(ctx, await addEvolutionServer(ctx, body)),
);

const update = defineRoute(
  {
    method: 'patch',
    path: '/v1/admin/evolution-servers/{id}',
    summary: 'Change a server; a new URL or key is tried out first',
    tag,
    access: 'admin',
    params: IdParams,
    body: UpdateServerBody,
    answer: { status: 200, schema: ServerOut },
    problems: ['already-exists', 'whatsapp-unavailable'],
  },
  async ({ ctx, params, body }) => presentServer(ctx, await updateEvolutionServer(ctx, params.id, body)),
);

const remove = defineRoute(
  {
    method: 'delete',
    path: '/v1/admin/evolution-servers/{id}',
    summary: 'Forget a server on which no instance lives',
    tag,
    access: 'admin',
    params: IdParams,
    answer: { status: 204 },
    problems: ['conflict'],
  },
  async ({ ctx, params }) => removeEvolutionServer(ctx, params.id),
);

export const serverRoutes: Route<OrgContext>[] = [list, read, add, update, remove];
