import { Hono } from 'hono';
import type { AppContext } from '#src/context.ts';
import { knowClient } from '#src/platform/client-address.ts';
import { type HttpServer, startHttpServer } from '#src/platform/http-server.ts';
import { mayReadMetrics } from './may-read-metrics.ts';
import { createMetricsReader } from './read-metrics.ts';

/** Figures and a sign of life at a port of their own: a process that only works has no other. */
export function startMetricsServer(ctx: AppContext, port: number): Promise<HttpServer> {
  const readMetrics = createMetricsReader(ctx);
  const app = new Hono<{ Variables: { address: string | null } }>();
  app.use(knowClient(ctx.config.trustedProxies));
  app.get('/healthz', (c) => c.json({ status: 'alive' }));
  app.get('/metrics', async (c) => {
    if (!mayReadMetrics(ctx.config.metricsToken, c.req.raw.headers, c.get('address'))) return c.body(null, 401);
    const { text, contentType } = await readMetrics();
    return c.body(text, 200, { 'Content-Type': contentType, 'Cache-Control': 'no-store' });
  });
  return startHttpServer(app.fetch, { host: ctx.config.host, port });
}
