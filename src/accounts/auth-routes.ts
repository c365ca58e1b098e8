import type { Context } from 'hono';
import { deleteCookie } from 'hono/cookie';
import type { OrgContext } from '#src/context.ts';
import { definePublicRoute, defineRoute, type PublicContext } from '#src/door.ts';
import type { Route } from '#src/platform/route.ts';
import { attemptKey, countAttempt } from './attempts.ts';
import { changePassword } from './change-password.ts';
import type { Auth } from './create-auth.ts';
import { findImpersonation } from './find-impersonation.ts';
import { findSession } from './queries.ts';
import { readCredential } from './read-credential.ts';
import {
  ChangePasswordIn,
  presentImpersonation,
  presentUser,
  SessionOut,
  SignedInOut,
  SignInIn,
  SignUpIn,
} from './schemas.ts';
import { type SignedIn, type SignIn, signIn, type Visitor } from './sign-in.ts';
import { signOut } from './sign-out.ts';
import { signUp } from './sign-up.ts';
import { stopImpersonating } from './stop-impersonating.ts';

/** False in tests that sign in by the hundred. */
export type AuthRouteOptions = { attemptLimits?: boolean };

const TAG = 'Accounts';
const BODY_LIMIT_BYTES = 64 * 1024;
/** A key is the e-mail's: whoever knows key and password alike is he. */
const keyHolder = ({ email }: { email: string }): string => email.toLowerCase();
const SIGN_UPS = { most: 20, windowMs: 3_600_000 };

export function authRoutes(auth: Auth, { attemptLimits = true }: AuthRouteOptions = {}): Route<OrgContext>[] {
  const enter = async (ctx: PublicContext, c: Context, body: SignIn, limited: boolean) =>
    presentSignedIn(c, await signIn(ctx, auth, body, visitor(ctx, c), limited));
  return [
    definePublicRoute(
      {
        method: 'post',
        path: '/v1/auth/sign-up/email',
        summary: 'Sign up',
        description: 'Makes a user with an organization of his own, and signs him in.',
        tag: TAG,
        body: SignUpIn,
        keyHolder,
        bodyLimitBytes: BODY_LIMIT_BYTES,
        answer: { status: 200, schema: SignedInOut },
        problems: ['already-exists'],
      },
      async ({ ctx, body, c }) => {
        if (attemptLimits) await countAttempt(ctx, attemptKey('sign-up', ctx.address), SIGN_UPS);
        await signUp(ctx, auth, body);
        return enter(ctx, c, body, false);
      },
    ),
    definePublicRoute(
      {
        method: 'post',
        path: '/v1/auth/sign-in/email',
        summary: 'Sign in',
        description: 'Five wrong passwords a minute, then 429.',
        tag: TAG,
        body: SignInIn,
        keyHolder,
        bodyLimitBytes: BODY_LIMIT_BYTES,
        answer: { status: 200, schema: SignedInOut },
        problems: ['unauthenticated', 'banned'],
      },
      ({ ctx, body, c }) => enter(ctx, c, body, attemptLimits),
    ),
    ...sessionRoutes(auth),
    stopImpersonatingRoute(auth),
  ];
}

function sessionRoutes(auth: Auth): Route<OrgContext>[] {
  const tokenOf = async ({ config }: OrgContext, c: Context) =>
    (await readCredential(c, auth, config.formerAuthSecrets)).secret;
  return [
    defineRoute(
      {
        method: 'get',
        path: '/v1/auth/get-session',
        summary: 'This session',
        tag: TAG,
        access: 'user',
        answer: { status: 200, schema: SessionOut },
      },
      async ({ ctx, c }) => {
        const { session, user } = await findSession(ctx, await tokenOf(ctx, c));
        const [createdAt, expiresAt] = [session.createdAt.toISOString(), session.expiresAt.toISOString()];
        const impersonation = presentImpersonation(await findImpersonation(ctx));
        return { session: { id: session.id, createdAt, expiresAt }, user: presentUser(user), impersonation };
      },
    ),
    defineRoute(
      {
        method: 'post',
        path: '/v1/auth/sign-out',
        summary: 'End this session',
        tag: TAG,
        access: 'user',
        answer: { status: 204 },
      },
      async ({ ctx, c }) => {
        await signOut(ctx, await tokenOf(ctx, c));
        const { name, attributes } = (await auth.$context).authCookies.sessionToken;
        deleteCookie(c, name, { path: attributes.path ?? '/', secure: attributes.secure ?? false });
      },
    ),
    defineRoute(
      {
        method: 'post',
        path: '/v1/auth/change-password',
        summary: 'Change the password',
        description: 'Every other session ends.',
        tag: TAG,
        access: 'user',
        personal: true,
        body: ChangePasswordIn,
        bodyLimitBytes: BODY_LIMIT_BYTES,
        answer: { status: 204 },
        problems: ['conflict'],
      },
      async ({ ctx, body, c }) => changePassword(ctx, auth, body, await tokenOf(ctx, c)),
    ),
  ];
}

const stopImpersonatingRoute = (auth: Auth): Route<OrgContext> =>
  defineRoute(
    {
      method: 'post',
      path: '/v1/auth/stop-impersonating',
      summary: 'Stop acting as this user',
      description:
        'For a platform admin in a session that he was given to act as somebody: it ends at once. 409 in any other.',
      tag: TAG,
      access: 'user',
      answer: { status: 204 },
      problems: ['conflict'],
    },
    async ({ ctx, c }) => stopImpersonating(ctx, (await readCredential(c, auth)).secret),
  );

const visitor = (ctx: PublicContext, c: Context): Visitor => ({
  address: ctx.address,
  userAgent: c.req.header('user-agent') ?? null,
});

function presentSignedIn(c: Context, { token, user, cookies }: SignedIn) {
  for (const cookie of cookies) c.header('Set-Cookie', cookie, { append: true });
  c.header('Cache-Control', 'no-store');
  return { token, user: presentUser(user) };
}
