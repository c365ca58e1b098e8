import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { OrgContext } from '#src/context.ts';
import { definePublicRoute, defineRoute, type PublicContext } from '#src/door.ts';
import { notFound } from '#src/platform/problem.ts';
import { requireLength } from '#src/platform/read-request.ts';
import type { Route } from '#src/platform/route.ts';
import { isAccountToken } from './account-token.ts';
import { attemptKey, countAttempt } from './attempts.ts';
import type { AuthRouteOptions } from './auth-routes.ts';
import { type Auth, PASSWORD_LENGTH } from './create-auth.ts';
import { type LinkPage, linkPage, linkPageHeaders } from './link-page.ts';
import { resetPassword } from './reset-password.ts';
import { ResetLinkIn, ResetPasswordIn, VerifyAddressIn } from './schemas.ts';
import { sendResetLink } from './send-reset-link.ts';
import { sendVerification } from './send-verification.ts';
import { verifyAddress } from './verify-address.ts';

const TAG = 'Accounts';
const LIMIT_BYTES = 8 * 1024;
const GUESSES = { most: 30, windowMs: 3_600_000 };
const TokenParams = z.strictObject({ token: z.string().min(1).max(200) });
/** What mail programs append to a link must not break it. */
const AnyQuery = z.object({});
const page = { tag: TAG, params: TokenParams, query: AnyQuery, alsoProduces: ['text/html'] };

const wantsPage = (c: Context): boolean => /\btext\/html\b/.test(c.req.header('accept') ?? '');

async function show(ctx: PublicContext, c: Context, which: LinkPage): Promise<Response> {
  if (which === 'spent' && !wantsPage(c)) throw notFound();
  const status = which === 'spent' ? 404 : which === 'too-short' ? 400 : 200;
  return c.html(await linkPage(which, ctx.language), status, linkPageHeaders);
}

/** The links of the system's mails: what they lead to, and the same for front ends. */
export const linkRoutes = (auth: Auth, { attemptLimits = true }: AuthRouteOptions = {}): Route<OrgContext>[] => {
  const guess = async (ctx: PublicContext) => {
    if (attemptLimits) await countAttempt(ctx, attemptKey('account-link', ctx.address), GUESSES);
  };
  return [
    ...resetRoutes(auth, attemptLimits, guess),
    ...resetPages(auth, guess),
    ...verifyRoutes(guess),
    ...verifyPages(guess),
  ];
};
type Guess = (ctx: PublicContext) => Promise<void>;

const resetRoutes = (auth: Auth, limited: boolean, guess: Guess): Route<OrgContext>[] => [
  definePublicRoute(
    {
      method: 'post',
      path: '/v1/auth/request-password-reset',
      summary: 'Have a link to choose a new password by mailed',
      description: 'Answered alike whether there is such an account or not.',
      tag: TAG,
      body: ResetLinkIn,
      bodyLimitBytes: LIMIT_BYTES,
      answer: { status: 202 },
    },
    async ({ ctx, body, c }) => {
      await sendResetLink(ctx, body, limited);
      return c.body(null, 202);
    },
  ),
  definePublicRoute(
    {
      method: 'post',
      path: '/v1/auth/reset-password',
      summary: 'Choose a new password by such a link',
      description: 'Every session of the user ends.',
      tag: TAG,
      body: ResetPasswordIn,
      bodyLimitBytes: LIMIT_BYTES,
      answer: { status: 204 },
    },
    async ({ ctx, body }) => {
      await guess(ctx);
      await resetPassword(ctx, auth, body);
    },
  ),
];

const verifyRoutes = (guess: Guess): Route<OrgContext>[] => [
  defineRoute(
    {
      method: 'post',
      path: '/v1/auth/send-verification-email',
      summary: 'Have a link to verify my address by mailed',
      tag: TAG,
      access: 'user',
      answer: { status: 202 },
    },
    async ({ ctx, c }) => {
      await sendVerification(ctx, ctx.userId);
      return c.body(null, 202);
    },
  ),
  definePublicRoute(
    {
      method: 'post',
      path: '/v1/auth/verify-email',
      summary: 'Verify an address by such a link',
      tag: TAG,
      body: VerifyAddressIn,
      bodyLimitBytes: LIMIT_BYTES,
      answer: { status: 204 },
      problems: ['not-found'],
    },
    async ({ ctx, body }) => {
      await guess(ctx);
      if (!(await verifyAddress(ctx, body.token))) throw notFound();
    },
  ),
];

const resetPages = (auth: Auth, guess: Guess): Route<OrgContext>[] => [
  definePublicRoute(
    {
      ...page,
      method: 'get',
      path: '/reset-password/{token}',
      summary: 'Choose a new password: the link in a mail, for people',
      answer: { status: 200 },
      problems: ['not-found'],
    },
    async ({ ctx, params, c }) => {
      const known = await isAccountToken(ctx, 'reset-password', params.token);
      return show(ctx, c, known ? 'choose-password' : 'spent');
    },
  ),
  definePublicRoute(
    {
      ...page,
      method: 'post',
      path: '/reset-password/{token}',
      summary: 'The form of that page',
      answer: { status: 200 },
      problems: ['not-found', 'too-large'],
    },
    async ({ ctx, params: { token }, request, c }) => {
      await guess(ctx);
      if (!(await isAccountToken(ctx, 'reset-password', token))) return show(ctx, c, 'spent');
      requireLength(request, LIMIT_BYTES);
      const newPassword = new URLSearchParams((await request.text()).slice(0, LIMIT_BYTES)).get('newPassword') ?? '';
      const { length } = newPassword;
      if (length < PASSWORD_LENGTH.min || length > PASSWORD_LENGTH.max) return show(ctx, c, 'too-short');
      await resetPassword(ctx, auth, { token, newPassword });
      return show(ctx, c, 'password-set');
    },
  ),
];

/** Not by GET: gateways follow every link. */
const verifyPages = (guess: Guess): Route<OrgContext>[] => [
  definePublicRoute(
    {
      ...page,
      method: 'get',
      path: '/verify-address/{token}',
      summary: 'Verify an address: the link in a mail, for people',
      answer: { status: 200 },
      problems: ['not-found'],
    },
    async ({ ctx, params, c }) => {
      const known = await isAccountToken(ctx, 'verify-address', params.token);
      return show(ctx, c, known ? 'verify' : 'spent');
    },
  ),
  definePublicRoute(
    {
      ...page,
      method: 'post',
      path: '/verify-address/{token}',
      summary: 'The button of that page',
      answer: { status: 200 },
      problems: ['not-found'],
    },
    async ({ ctx, params, c }) => {
      await guess(ctx);
      return show(ctx, c, (await verifyAddress(ctx, params.token)) ? 'verified' : 'spent');
    },
  ),
];
