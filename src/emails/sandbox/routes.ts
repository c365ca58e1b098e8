import type { Context } from 'hono';
import type { OrgContext } from '#src/context.ts';
import { definePublicRoute } from '#src/door.ts';
import { requireSandbox } from '#src/mails/require-sandbox.ts';
import type { Route } from '#src/platform/route.ts';
import { IdParams } from '#src/platform/schemas.ts';
import { mailboxPage, mailPage } from './mailbox-page.ts';
import { openSandboxMail } from './open-sandbox-mail.ts';
import { listSandboxMails, readSandboxMail } from './queries.ts';
import {
  OpenedSandboxMail,
  presentOpenedMail,
  presentSandboxMail,
  SandboxMailPage,
  SandboxMailQuery,
} from './schemas.ts';

const TAG = 'Sandbox';
const DESCRIPTION = 'Only in the sandbox. A page for browsers (`Accept: text/html`), else JSON.';
/** The pages load nothing and run nothing. */
const PAGE_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
/** Somebody else's HTML: no scripts, no forms, no origin of its own; pictures and styles as a mail program shows them. */
const MAIL_POLICY =
  "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; img-src http: https: data:; style-src 'unsafe-inline' https:; font-src https: data:; form-action 'none'; frame-ancestors 'self'";

const wantsPage = (c: Context): boolean => /\btext\/html\b/.test(c.req.header('accept') ?? '');
const headers = (policy: string) => ({
  'content-security-policy': policy,
  'cache-control': 'no-store',
  vary: 'Accept',
});
const page = async (c: Context, content: unknown) => c.html(String(await content), 200, headers(PAGE_POLICY));

/** Links open beside the mailbox, not inside the mail. */
const withBase = (html: string): string => {
  const base = '<base target="_blank" rel="noopener noreferrer">';
  return /<head[^>]*>/i.test(html) ? html.replace(/<head[^>]*>/i, (head) => head + base) : base + html;
};

export const sandboxRoutes: Route<OrgContext>[] = [
  definePublicRoute(
    {
      method: 'get',
      path: '/sandbox/mail',
      summary: 'Mails that the sandbox kept',
      description: DESCRIPTION,
      tag: TAG,
      query: SandboxMailQuery,
      answer: { status: 200, schema: SandboxMailPage },
      alsoProduces: ['text/html'],
      problems: ['not-found'],
    },
    async ({ ctx, query, c }) => {
      requireSandbox(ctx);
      const found = await listSandboxMails(ctx, query);
      if (wantsPage(c))
        return page(c, mailboxPage({ page: found, search: query.search ?? '', language: ctx.language }));
      return { data: found.data.map(presentSandboxMail), nextCursor: found.nextCursor };
    },
  ),
  definePublicRoute(
    {
      method: 'get',
      path: '/sandbox/mail/{id}',
      summary: 'A mail that the sandbox kept',
      description: DESCRIPTION,
      tag: TAG,
      params: IdParams,
      answer: { status: 200, schema: OpenedSandboxMail },
      alsoProduces: ['text/html'],
    },
    async ({ ctx, params, c }) => {
      requireSandbox(ctx);
      const mail = await openSandboxMail(ctx, params.id);
      return wantsPage(c) ? page(c, mailPage(mail, ctx.language)) : presentOpenedMail(mail);
    },
  ),
  definePublicRoute(
    {
      method: 'get',
      path: '/sandbox/mail/{id}/html',
      summary: 'Its HTML, harmless',
      tag: TAG,
      params: IdParams,
      answer: { status: 200 },
      alsoProduces: ['text/html'],
    },
    async ({ ctx, params, c }) => {
      requireSandbox(ctx);
      const { html } = await openSandboxMail(ctx, params.id);
      return c.html(withBase(html ?? ''), 200, headers(MAIL_POLICY));
    },
  ),
  definePublicRoute(
    {
      method: 'get',
      path: '/sandbox/mail/{id}/raw',
      summary: 'The whole message as it came',
      tag: TAG,
      params: IdParams,
      answer: { status: 200 },
      alsoProduces: ['message/rfc822'],
    },
    async ({ ctx, params, c }) => {
      requireSandbox(ctx);
      const raw = await readSandboxMail(ctx, params.id);
      return c.body(new Uint8Array(raw), 200, {
        'content-type': 'message/rfc822',
        'content-disposition': `attachment; filename="${params.id}.eml"`,
        'cache-control': 'no-store',
      });
    },
  ),
];
