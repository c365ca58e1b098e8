import { z } from '@hono/zod-openapi';
import type { OrgContext } from '#src/context.ts';
import { smsEncodings } from '#src/db/schema/sms.ts';
import { definePublicRoute } from '#src/door.ts';
import { requireSandbox } from '#src/mails/require-sandbox.ts';
import type { Route } from '#src/platform/route.ts';
import { InstantOut, PageQuery, pageOf, toInstant } from '#src/platform/schemas.ts';
import { listSandboxSms, type SandboxSms } from './queries.ts';
import { smsPage } from './sms-page.ts';

const SandboxSmsQuery = PageQuery.extend({ search: z.string().max(200).optional() });
const SandboxSmsOut = z
  .object({
    id: z.uuid(),
    sender: z.string(),
    phone: z.string(),
    text: z.string(),
    encoding: z.enum(smsEncodings),
    segments: z.int(),
    fate: z.enum(['delivered', 'failed', 'silent']).openapi({ description: 'By the last digits of the phone' }),
    answerLost: z.boolean(),
    receivedAt: InstantOut,
  })
  .openapi('SandboxSms');

const present = ({ body, receivedAt, ...sms }: SandboxSms): z.input<typeof SandboxSmsOut> => ({
  ...sms,
  text: body,
  receivedAt: toInstant(receivedAt),
});

const headers = {
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'cache-control': 'no-store',
  vary: 'Accept',
};

export const sandboxSmsRoutes: Route<OrgContext>[] = [
  definePublicRoute(
    {
      method: 'get',
      path: '/sandbox/sms',
      summary: 'SMS that the sandbox kept',
      description: 'Only in the sandbox. A page for browsers (`Accept: text/html`), else JSON.',
      tag: 'Sandbox',
      query: SandboxSmsQuery,
      answer: { status: 200, schema: pageOf(SandboxSmsOut).openapi('SandboxSmsPage') },
      alsoProduces: ['text/html'],
      problems: ['not-found'],
    },
    async ({ ctx, query, c }) => {
      requireSandbox(ctx);
      const page = await listSandboxSms(ctx, query);
      const wantsPage = /\btext\/html\b/.test(c.req.header('accept') ?? '');
      if (!wantsPage) return { data: page.data.map(present), nextCursor: page.nextCursor };
      const content = smsPage({ page, search: query.search ?? '', language: ctx.language });
      return c.html(String(await content), 200, headers);
    },
  ),
];
