import { z } from '@hono/zod-openapi';
import type { OrgContext } from '#src/context.ts';
import { mailKinds } from '#src/db/schema/emails.ts';
import { definePublicRoute } from '#src/door.ts';
import { languages } from '#src/platform/language.ts';
import type { Route } from '#src/platform/route.ts';
import { createMailRenderer } from './create-mail-renderer.ts';
import { sampleData } from './mail-data.ts';
import { mailListPage } from './mail-list-page.ts';
import { requireSandbox } from './require-sandbox.ts';

const PreviewParams = z.strictObject({ kind: z.enum(mailKinds), language: z.enum(languages) });
const PAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'";
const headers = { 'content-security-policy': PAGE_POLICY, 'cache-control': 'no-store' };

/** The system's own mails to look at, in the sandbox. */
export function mailPreviewRoutes(): Route<OrgContext>[] {
  const render = createMailRenderer();
  return [
    definePublicRoute(
      {
        method: 'get',
        path: '/sandbox/mails',
        summary: 'The system’s own mails',
        tag: 'Sandbox',
        answer: { status: 200 },
        alsoProduces: ['text/html'],
        problems: ['not-found'],
      },
      async ({ ctx, c }) => {
        requireSandbox(ctx);
        return c.html(String(await mailListPage(ctx.language)), 200, headers);
      },
    ),
    definePublicRoute(
      {
        method: 'get',
        path: '/sandbox/mails/{kind}/{language}',
        summary: 'One of them, filled with samples',
        tag: 'Sandbox',
        params: PreviewParams,
        answer: { status: 200 },
        alsoProduces: ['text/html'],
      },
      async ({ ctx, params, c }) => {
        requireSandbox(ctx);
        const { html: page } = await render(
          params.kind,
          params.language,
          sampleData(ctx.publicUrl, params.language)[params.kind],
        );
        return c.html(page, 200, headers);
      },
    ),
  ];
}
