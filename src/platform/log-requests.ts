import type { MiddlewareHandler } from 'hono';
import type { Log } from './log.ts';

/** Asked every few seconds by whatever keeps us running. */
const PROBES = new Set(['/healthz', '/readyz']);

/** One line a request: method, route, status, milliseconds. Paths are logged as their pattern, so no secret in one gets out. */
export const logRequests =
  (log: Log): MiddlewareHandler =>
  async (c, next) => {
    const begun = performance.now();
    await next();
    const line = {
      requestId: c.get('requestId'),
      method: c.req.method,
      route: c.req.matchedRoutes.findLast(({ method }) => method !== 'ALL')?.path ?? 'none',
      status: c.res.status,
      milliseconds: Math.round(performance.now() - begun),
    };
    if (c.res.status >= 500) log.warn(line, 'request');
    else if (PROBES.has(line.route)) log.debug(line, 'request');
    else log.info(line, 'request');
  };
