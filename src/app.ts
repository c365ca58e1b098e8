import { OpenAPIHono } from '@hono/zod-openapi';
import type { MiddlewareHandler } from 'hono';
import { cors } from 'hono/cors';
import { requestId } from 'hono/request-id';
import { evolutionHookRoutes } from '#webhooks/inbound/evolution/routes.ts';
import { sesHookRoutes } from '#webhooks/inbound/ses/routes.ts';
import { smsHookRoutes } from '#webhooks/inbound/sms/routes.ts';
import { deliveryRoutes } from '#webhooks/outbound/delivery-routes.ts';
import { describeWebhooks } from '#webhooks/outbound/describe-webhooks.ts';
import { outboundRoutes } from '#webhooks/outbound/routes.ts';
import { type Auth, createAuth, type Passwords } from './accounts/create-auth.ts';
import { createDoorkeeper } from './accounts/doorkeeper.ts';
import { accountsRoutes } from './accounts/routes.ts';
import { activitiesRoutes } from './activities/routes.ts';
import { adminRoutes } from './admin/routes.ts';
import { answerRoutes } from './appointments/answer-routes.ts';
import { appointmentSettingsRoutes } from './appointments/appointment-settings-routes.ts';
import { approvalRoutes } from './appointments/approval-routes.ts';
import { calendarFeedRoutes } from './appointments/feed-routes.ts';
import { hoursRoutes } from './appointments/hours-routes.ts';
import { appointmentsRoutes } from './appointments/routes.ts';
import { importRoutes } from './archive/import-routes.ts';
import { exportRoutes } from './archive/routes.ts';
import { decisionRoutes } from './campaigns/decision-routes.ts';
import { campaignFiguresRoutes } from './campaigns/figures-routes.ts';
import { campaignMailRoutes } from './campaigns/mail-routes.ts';
import { recallRoutes } from './campaigns/recall-routes.ts';
import { campaignRevisionRoutes } from './campaigns/revision-routes.ts';
import { campaignsRoutes } from './campaigns/routes.ts';
import type { FetchFromSns } from './channels/email/fetch-from-sns.ts';
import type { AppContext, OrgContext } from './context.ts';
import { createTypist, type Typist } from './conversations/create-typist.ts';
import { conversationCustomerRoutes } from './conversations/customer-routes.ts';
import { messageRoutes } from './conversations/message-routes.ts';
import { conversationsRoutes } from './conversations/routes.ts';
import { countriesRoutes } from './countries/routes.ts';
import { creditsRoutes } from './credits/routes.ts';
import { customersRoutes } from './customers/routes.ts';
import { createHitWriter, type HitWriter } from './emails/hit-writer.ts';
import { identityRoutes } from './emails/identity-routes.ts';
import { sandboxRoutes } from './emails/sandbox/routes.ts';
import { trackingRoutes } from './emails/tracking-routes.ts';
import { unsubscribeRoutes } from './emails/unsubscribe-routes.ts';
import { customerFilesRoutes } from './files/customer-file-routes.ts';
import { filesRoutes } from './files/routes.ts';
import { healthRoutes } from './health-routes.ts';
import { instancesRoutes } from './instances/routes.ts';
import { journeyRoutes } from './journey/routes.ts';
import { createLiveHub, type LiveHub } from './live/live-hub.ts';
import { liveRoutes } from './live/routes.ts';
import { createLogTail, type LogTail } from './logs/log-tail.ts';
import { logsRoutes } from './logs/routes.ts';
import { mailPreviewRoutes } from './mails/routes.ts';
import { createMetricsReader, type ReadMetrics } from './metrics/read-metrics.ts';
import { metricsRoutes } from './metrics/routes.ts';
import { adminCampaignRoutes } from './operations/campaign-routes.ts';
import { adminInstanceRoutes } from './operations/instance-routes.ts';
import { laneRoutes } from './operations/lane-routes.ts';
import { queueRoutes } from './operations/queue-routes.ts';
import { settingsRoutes } from './operations/settings-routes.ts';
import { knowClient } from './platform/client-address.ts';
import { serveDocs } from './platform/docs.ts';
import { keepPrivate, safeHeaders } from './platform/keep-private.ts';
import { logRequests } from './platform/log-requests.ts';
import { measureRequests } from './platform/measure-requests.ts';
import type { Route } from './platform/route.ts';
import { mountRoutes } from './platform/router.ts';
import { traceRequests } from './platform/trace-requests.ts';
import { createPresence, type Presence } from './presence/create-presence.ts';
import { presenceRoutes } from './presence/routes.ts';
import { createReportRenderer, type ReportRenderer } from './reports/create-report-renderer.ts';
import { reportsRoutes } from './reports/routes.ts';
import { smsRoutes } from './sms/routes.ts';
import { sandboxSmsRoutes } from './sms/sandbox/routes.ts';
import { templatesRoutes } from './templates/routes.ts';
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

/** Web mail shows our pictures on pages of its own. */
const letOthersShow: MiddlewareHandler = async (c, next) => {
  await next();
  c.res.headers.set('Cross-Origin-Resource-Policy', 'cross-origin');
};

export type AppOptions = {
  rateLimits?: boolean;
  fetchFromSns?: FetchFromSns;
  passwords?: Passwords;
  /** False in tests: who is online is written when told. */
  background?: boolean;
};
export type App = { app: OpenAPIHono; auth: Auth; presence: Presence; close(): Promise<void> };

/** What routes share and outlives a request. */
type Parts = {
  auth: Auth;
  hub: LiveHub;
  logTail: LogTail;
  hits: HitWriter;
  typist: Typist;
  readMetrics: ReadMetrics;
  renderer: ReportRenderer;
};

/** Every route there is. */
const allRoutes = ({ auth, hub, hits, ...parts }: Parts, options: AppOptions): Route<OrgContext>[] => [
  ...healthRoutes,
  ...metricsRoutes(parts.readMetrics),
  ...accountsRoutes(auth, options.rateLimits === false ? { attemptLimits: false } : {}),
  ...windowsRoutes,
  ...creditsRoutes,
  ...instancesRoutes,
  ...customersRoutes(),
  ...filesRoutes,
  ...customerFilesRoutes(),
  ...templatesRoutes,
  ...appointmentsRoutes,
  ...hoursRoutes,
  ...campaignMailRoutes,
  ...campaignFiguresRoutes,
  ...campaignsRoutes,
  ...campaignRevisionRoutes,
  ...decisionRoutes,
  ...recallRoutes,
  ...conversationsRoutes(parts.typist),
  ...conversationCustomerRoutes,
  ...messageRoutes,
  ...journeyRoutes,
  ...reportsRoutes(parts.renderer),
  ...smsRoutes,
  ...countriesRoutes(),
  ...appointmentSettingsRoutes,
  ...answerRoutes(),
  ...approvalRoutes,
  ...calendarFeedRoutes,
  ...identityRoutes,
  ...liveRoutes(hub),
  ...presenceRoutes,
  ...outboundRoutes,
  ...deliveryRoutes,
  ...activitiesRoutes,
  ...adminRoutes(auth),
  ...settingsRoutes,
  ...adminCampaignRoutes,
  ...adminInstanceRoutes,
  ...laneRoutes,
  ...queueRoutes,
  ...logsRoutes(parts.logTail),
  ...exportRoutes,
  ...importRoutes,
  ...evolutionHookRoutes(),
  ...sesHookRoutes({ fetchFromSns: options.fetchFromSns }),
  ...smsHookRoutes({ fetchFromSns: options.fetchFromSns }),
  ...sandboxRoutes,
  ...sandboxSmsRoutes,
  ...mailPreviewRoutes(),
  ...unsubscribeRoutes(),
  ...trackingRoutes(hits),
];

/** The HTTP side. `close` ends what outlives a request: live streams, opens and clicks on their way. */
export function createApp(ctx: AppContext, options: AppOptions = {}): App {
  const app = new OpenAPIHono();
  const auth = createAuth(ctx, options.passwords);
  const hub = createLiveHub(ctx);
  const logTail = createLogTail(ctx);
  const streams = () => hub.listeners().flatMap(({ sessionId }) => sessionId ?? []);
  const presence = createPresence(ctx, { streams, background: options.background ?? true });
  const hits = createHitWriter();
  const typist = createTypist();
  const renderer = createReportRenderer();
  app.use(requestId({ headerName: 'X-Request-Id', limitLength: 64 }));
  app.use(knowClient(ctx.config.trustedProxies));
  if (ctx.tracing.on) app.use(traceRequests(ctx.tracing));
  app.use(logRequests(ctx.log));
  app.use(measureRequests(ctx.metrics));
  // shown inside mails, on other people's pages
  app.use('/o/*', async (c, next) => {
    await next();
    c.res.headers.set('Cross-Origin-Resource-Policy', 'cross-origin');
  });
  app.use('/images/*', letOthersShow);
  app.use('/flags/*', letOthersShow);
  app.use(safeHeaders(ctx.publicUrl));
  app.use(keepPrivate);
  const origin = ctx.config.corsOrigins;
  if (origin.length > 0) app.use(cors({ origin, credentials: true, exposeHeaders: readByBrowsers, maxAge: 600 }));
  const routes = allRoutes(
    { auth, hub, logTail, hits, typist, readMetrics: createMetricsReader(ctx), renderer },
    options,
  );
  const keeper = createDoorkeeper(ctx, auth, { presence, ...(options.rateLimits === false && { limits: null }) });
  mountRoutes(app, routes, keeper);
  serveDocs(app, routes as Route[], describeWebhooks);
  const close = async () => {
    await hub.close();
    await logTail.close();
    await presence.close();
    await hits.idle();
    await typist.idle();
    await renderer.close();
  };
  return { app, auth, presence, close };
}
