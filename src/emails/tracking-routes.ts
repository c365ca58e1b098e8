import { z } from '@hono/zod-openapi';
import type { OrgContext } from '#src/context.ts';
import { definePublicRoute, type PublicContext } from '#src/door.ts';
import { notFound } from '#src/platform/problem.ts';
import type { Route } from '#src/platform/route.ts';
import type { Hit, HitWriter } from './hit-writer.ts';
import { createLinkTargets } from './link-targets.ts';
import { machineOf } from './machine-of.ts';
import { createMailKeys, readToken } from './mail-token.ts';

const TokenParams = z.strictObject({ token: z.string().min(1).max(200) });
/** What others append to a link must not break it. */
const AnyQuery = z.object({});

/** A GIF of one transparent dot. */
const DOT = Uint8Array.from(Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64'));
const fresh = { 'cache-control': 'no-store, private', 'referrer-policy': 'no-referrer', 'x-robots-tag': 'noindex' };
const LONGEST_AGENT = 300;

const hitOf = (ctx: PublicContext, request: Request, recipientId: string, link: number | null): Hit => ({
  recipientId,
  link,
  automated: machineOf(request),
  userAgent: request.headers.get('user-agent')?.slice(0, LONGEST_AGENT) ?? null,
  hitAt: ctx.clock.now(),
});

/** What tells that a mail was opened and its links followed. Neither waits for its hit to be kept. */
export function trackingRoutes(hits: HitWriter): Route<OrgContext>[] {
  const targets = createLinkTargets();
  const common = { method: 'get', tag: 'Tracking', params: TokenParams, query: AnyQuery } as const;
  return [
    definePublicRoute(
      {
        ...common,
        path: '/o/{token}',
        summary: 'The picture in a mail that tells that it was opened',
        description: 'Only in mails of campaigns with `trackOpens`.',
        answer: { status: 200 },
        alsoProduces: ['image/gif'],
        problems: ['not-found'],
      },
      async ({ ctx, params, request }) => {
        const read = readToken(createMailKeys(ctx.authSecret, ...ctx.config.formerAuthSecrets), 'open', params.token);
        if (!read) throw notFound();
        hits.write(ctx, hitOf(ctx, request, read.recipientId, null));
        return new Response(DOT, { headers: { ...fresh, 'content-type': 'image/gif' } });
      },
    ),
    definePublicRoute(
      {
        ...common,
        path: '/c/{token}',
        summary: 'A link in a mail: on to where it leads',
        description:
          'Only in mails of campaigns with `trackClicks`. 302 to the address that the mail’s content holds, never to one from the request; 204 for a link that people do not see.',
        answer: { status: 204 },
        problems: ['not-found'],
      },
      async ({ ctx, params, request, c }) => {
        const read = readToken(createMailKeys(ctx.authSecret, ...ctx.config.formerAuthSecrets), 'click', params.token);
        if (!read) throw notFound();
        const { recipientId, contentId, link } = read;
        const target = link === 0 ? null : await targets.find(ctx, contentId, link);
        if (link !== 0 && target === null) throw notFound();
        hits.write(ctx, hitOf(ctx, request, recipientId, link));
        return target === null ? c.body(null, 204, fresh) : c.body(null, 302, { ...fresh, location: target });
      },
    ),
  ];
}
