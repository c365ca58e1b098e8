import type { OrgContext } from '#src/context.ts';
import { defineRoute } from '#src/door.ts';
import { Problem } from '#src/platform/problem.ts';
import type { Route } from '#src/platform/route.ts';
import { IdParams, PageQuery } from '#src/platform/schemas.ts';
import { connectInstance } from './connect-instance.ts';
import { createInstance } from './create-instance.ts';
import { deleteInstance } from './delete-instance.ts';
import { integrationRoutes } from './integration-routes.ts';
import { logoutInstance } from './logout-instance.ts';
import { prefersPng } from './prefers-png.ts';
import { getInstance, listInstances } from './queries.ts';
import { resetHealth } from './reset-health.ts';
import {
  ConnectBody,
  CreateInstanceBody,
  InstanceOut,
  InstancePage,
  presentInstance,
  presentQr,
  QrOut,
} from './schemas.ts';
import { serverRoutes } from './server-routes.ts';

const tag = 'Instances';

const create = defineRoute(
  {
    method: 'post',
    path: '/v1/instances',
    summary: 'Connect a WhatsApp number: one a user',
    description:
      'Shows a QR code (with `number`, also a pairing code) when WhatsApp was quick, else ask for it at `/qr` or listen to `/v1/events`.',
    tag,
    access: 'user',
    scope: 'instances:write',
    body: CreateInstanceBody,
    answer: { status: 201, schema: InstanceOut },
    problems: ['already-exists', 'whatsapp-unavailable'],
  },
  async ({ ctx, body }) => presentInstance(ctx, await createInstance(ctx, body)),
);

const list = defineRoute(
  {
    method: 'get',
    path: '/v1/instances',
    summary: 'Connections: my own, or as owner the whole organization’s',
    tag,
    access: 'user',
    scope: 'instances:read',
    query: PageQuery,
    answer: { status: 200, schema: InstancePage },
  },
  async ({ ctx, query }) => {
    const page = await listInstances(ctx, query);
    return { ...page, data: page.data.map((row) => presentInstance(ctx, row)) };
  },
);

const read = defineRoute(
  {
    method: 'get',
    path: '/v1/instances/{id}',
    summary: 'One connection',
    tag,
    access: 'user',
    scope: 'instances:read',
    params: IdParams,
    answer: { status: 200, schema: InstanceOut },
  },
  async ({ ctx, params }) => presentInstance(ctx, await getInstance(ctx, params.id)),
);

const readQr = defineRoute(
  {
    method: 'get',
    path: '/v1/instances/{id}/qr',
    summary: 'The QR code to scan, as JSON or image/png',
    description:
      'WhatsApp changes it every 45 s. 409 while there is none (`Retry-After`) and when the connection is open.',
    tag,
    access: 'user',
    scope: 'instances:read',
    params: IdParams,
    answer: { status: 200, schema: QrOut },
    alsoProduces: ['image/png'],
    problems: ['conflict', 'not-acceptable'],
  },
  async ({ ctx, params, request }) => {
    const png = prefersPng(request.headers.get('accept'));
    if (png === null) throw new Problem('not-acceptable');
    const { instance } = await getInstance(ctx, params.id);
    const qr = presentQr(instance, ctx.clock.now());
    if (!qr) throw noQr(instance.status === 'open');
    const headers = { 'Cache-Control': 'no-store', Vary: 'Accept' };
    if (!png) return Response.json(QrOut.parse(qr), { headers });
    const bytes = Buffer.from(qr.base64.slice(qr.base64.indexOf(',') + 1), 'base64');
    return new Response(bytes, { headers: { ...headers, 'Content-Type': 'image/png' } });
  },
);

const noQr = (open: boolean): Problem =>
  open
    ? new Problem('conflict', {
        detail: { en: 'The connection is open: there is nothing to scan', tr: 'Bağlantı açık: taranacak bir kod yok' },
      })
    : new Problem('conflict', {
        detail: { en: 'There is no QR code yet', tr: 'Henüz QR kodu yok' },
        headers: { 'Retry-After': '3' },
      });

const connect = defineRoute(
  {
    method: 'post',
    path: '/v1/instances/{id}/connect',
    summary: 'Connect again, with a new QR code where one is needed',
    tag,
    access: 'user',
    scope: 'instances:write',
    params: IdParams,
    body: ConnectBody,
    answer: { status: 200, schema: InstanceOut },
    problems: ['whatsapp-unavailable'],
  },
  async ({ ctx, params, body }) => presentInstance(ctx, await connectInstance(ctx, params.id, body)),
);

const logout = defineRoute(
  {
    method: 'delete',
    path: '/v1/instances/{id}/session',
    summary: 'Unlink the phone',
    tag,
    access: 'user',
    scope: 'instances:write',
    params: IdParams,
    answer: { status: 204 },
    problems: ['whatsapp-unavailable'],
  },
  async ({ ctx, params }) => logoutInstance(ctx, params.id),
);

const reset = defineRoute(
  {
    method: 'post',
    path: '/v1/instances/{id}/health/reset',
    summary: 'Say that the number is well: it sends again at once',
    tag,
    access: 'user',
    scope: 'instances:write',
    params: IdParams,
    answer: { status: 200, schema: InstanceOut },
  },
  async ({ ctx, params }) => {
    await resetHealth(ctx, params.id);
    return presentInstance(ctx, await getInstance(ctx, params.id));
  },
);

const remove = defineRoute(
  {
    method: 'delete',
    path: '/v1/instances/{id}',
    summary: 'Delete a connection; what was sent stays',
    tag,
    access: 'user',
    scope: 'instances:write',
    params: IdParams,
    answer: { status: 204 },
  },
  async ({ ctx, params }) => deleteInstance(ctx, params.id),
);

export const instancesRoutes: Route<OrgContext>[] = [
  create,
  list,
  read,
  readQr,
  connect,
  logout,
  reset,
  remove,
  ...integrationRoutes,
  ...serverRoutes,
];
