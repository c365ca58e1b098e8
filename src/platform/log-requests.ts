import type { MiddlewareHandler } from 'hono';
import type { Log } from './log.ts';
import { onTrail } from './trail.ts';

/** Asked every few seconds by whatever keeps us running. */
const PROBES = new Set(['/healthz', '/readyz']);

/**
 * One line a request: method, route, status, milliseconds, and who asked. Paths are logged as their pattern, so no secret in one gets
 * out. Whatever is logged meanwhile is on its trail.
 */
export const logRequests =
  (log: Log): MiddlewareHandler =>
  (c, next) =>
    onTrail({ requestId: c.get('requestId') }, async () => {
      const begun = performance.now();
      await next();
      const line = {
        method: c.req.method,
        route: c.req.matchedRoutes.findLast(({ method }) => method !== 'ALL')?.path ?? 'none',
        status: c.res.status,
        milliseconds: Math.round(performance.now() - begun),
      };
      if (c.res.status >= 500) log.warn(line, 'request');
      else if (PROBES.has(line.route)) log.debug(line, 'request');
      else log.info(line, 'request');
    });
