import type { MiddlewareHandler } from 'hono';
import { readTraceparent, type Tracing, traceEntry } from './tracing.ts';

/** A span for every request, by the pattern of its path, which goes on where the caller's trace is. */
export const traceRequests =
  (tracing: Tracing): MiddlewareHandler =>
  (c, next) => {
    const { method } = c.req;
    const start = { name: method, kind: 'server', attributes: { 'http.request.method': method } } as const;
    return traceEntry(tracing, { ...start, from: readTraceparent(c.req.header('traceparent')) }, async (span) => {
      await next();
      const route = c.req.matchedRoutes.findLast(({ method }) => method !== 'ALL')?.path ?? 'none';
      const { status } = c.res;
      span.rename(`${method} ${route}`);
      span.set({ 'http.route': route, 'http.response.status_code': status, 'ulak.request_id': c.get('requestId') });
      if (status >= 500) span.fail(String(status));
    });
  };
