import { OpenAPIHono } from '@hono/zod-openapi';
import { cors } from 'hono/cors';
import { requestId } from 'hono/request-id';
import { secureHeaders } from 'hono/secure-headers';
import { evolutionHookRoutes } from '#webhooks/inbound/evolution/routes.ts';
import { type Auth, createAuth } from './accounts/create-auth.ts';
import { createDoorkeeper } from './accounts/doorkeeper.ts';
import { accountsRoutes } from './accounts/routes.ts';
import { adminRoutes } from './admin/routes.ts';
import { decisionRoutes } from './campaigns/decision-routes.ts';
import { campaignRevisionRoutes } from './campaigns/revision-routes.ts';
import { campaignsRoutes } from './campaigns/routes.ts';
import type { AppContext, OrgContext } from './context.ts';
import { creditsRoutes } from './credits/routes.ts';
import { customersRoutes } from './customers/routes.ts';
import { filesRoutes } from './files/routes.ts';
import { healthRoutes } from './health-routes.ts';
import { instancesRoutes } from './instances/routes.ts';
import { createLiveHub, type LiveHub } from './live/live-hub.ts';
import { liveRoutes } from './live/routes.ts';
import { knowClient } from './platform/client-address.ts';
import { serveDocs } from './platform/docs.ts';
import { logRequests } from './platform/log-requests.ts';
import type { Route } from './platform/route.ts';
import { mountRoutes } from './platform/router.ts';
import { windowsRoutes } from './windows/routes.ts';

/** What a front end on another origin may read of our answers. */
const readByBrowsers = [
  'Idempotency-Replayed',
  'RateLimit',
  'RateLimit-Policy',
  'Retry-After',
  'X-Request-Id',
  'Content-Disposition',
];

export type AppOptions = { rateLimits?: boolean };
export type App = { app: OpenAPIHono; auth: Auth; close(): Promise<void> };

/** Every route there is. */
const allRoutes = (auth: Auth, hub: LiveHub, options: AppOptions): Route<OrgContext>[] => [
  ...healthRoutes,
  ...accountsRoutes(auth, options.rateLimits === false ? { attemptLimits: false } : {}),
  ...windowsRoutes,
  ...creditsRoutes,
  ...instancesRoutes,
  ...customersRoutes,
  ...filesRoutes,
  ...campaignsRoutes,
  ...campaignRevisionRoutes,
  ...decisionRoutes,
  ...liveRoutes(hub),
  ...adminRoutes,
  ...evolutionHookRoutes(),
];

/** The HTTP side. `close` ends what outlives a request: live streams. */
export function createApp(ctx: AppContext, options: AppOptions = {}): App {
  const app = new OpenAPIHono();
  const auth = createAuth(ctx);
  const hub = createLiveHub(ctx);
  app.use(requestId({ headerName: 'X-Request-Id', limitLength: 64 }));
  app.use(knowClient(ctx.config.trustedProxies));
  app.use(logRequests(ctx.log));
  app.use(secureHeaders());
  const origin = ctx.config.corsOrigins;
  if (origin.length > 0) app.use(cors({ origin, credentials: true, exposeHeaders: readByBrowsers, maxAge: 600 }));
  mountRoutes(
    app,
    allRoutes(auth, hub, options),
    createDoorkeeper(ctx, auth, options.rateLimits === false ? { limits: null } : {}),
  );
  serveDocs(app);
  return { app, auth, close: () => hub.close() };
}
