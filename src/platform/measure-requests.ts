import type { MiddlewareHandler } from 'hono';
import type { Metrics } from './metrics.ts';

/** Counts and times every request by the pattern of its path. */
export const measureRequests =
  ({ requests }: Metrics): MiddlewareHandler =>
  async (c, next) => {
    const end = requests.startTimer({ method: c.req.method });
    await next();
    const route = c.req.matchedRoutes.findLast(({ method }) => method !== 'ALL')?.path ?? 'none';
    end({ route, status: String(c.res.status) });
  };
