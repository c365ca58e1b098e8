import type { MiddlewareHandler } from 'hono';
import { secureHeaders } from 'hono/secure-headers';

/** What has no policy of its own is no page: nothing in it may run, and nobody may put it into a frame. */
const NO_PAGE = "default-src 'none'; frame-ancestors 'none'";

/** HSTS only where people reach us by TLS: said over plain HTTP it means nothing, and behind a name without TLS it locks them out. */
export const safeHeaders = (publicUrl: string): MiddlewareHandler =>
  secureHeaders({
    xFrameOptions: 'DENY',
    strictTransportSecurity: publicUrl.startsWith('https:') ? 'max-age=31536000; includeSubDomains' : false,
  });

/** Every answer that does not say otherwise itself is nobody else's to keep, to show in a page or to run. */
export const keepPrivate: MiddlewareHandler = async (c, next) => {
  await next();
  const { headers } = c.res;
  if (!headers.has('cache-control')) headers.set('Cache-Control', 'no-store');
  if (!headers.has('content-security-policy')) headers.set('Content-Security-Policy', NO_PAGE);
};
