import type { AppContext } from '#src/context.ts';
import { Problem } from '#src/platform/problem.ts';

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * A cookie is sent by the browser whoever asks it to, so with one a change must come from a page of ours: the Origin is
 * this host, PUBLIC_URL or one of CORS_ORIGINS. Throws `forbidden`.
 */
export function requireOwnSite(ctx: AppContext, request: Request): void {
  if (SAFE_METHODS.has(request.method)) return;
  const origin = request.headers.get('origin');
  if (origin !== null && (isThisHost(origin, request) || allowedOrigins(ctx).includes(origin))) return;
  throw new Problem('forbidden', {
    detail: {
      en: 'With a session cookie, the Origin header must name this site',
      tr: 'Oturum çereziyle Origin başlığı bu siteyi göstermelidir',
    },
  });
}

const allowedOrigins = (ctx: AppContext): string[] => [new URL(ctx.publicUrl).origin, ...ctx.config.corsOrigins];

function isThisHost(origin: string, request: Request): boolean {
  return URL.canParse(origin) && new URL(origin).host === (request.headers.get('host') ?? new URL(request.url).host);
}
