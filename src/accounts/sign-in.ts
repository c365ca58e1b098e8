import { isAPIError } from 'better-auth/api';
import type { AppContext } from '#src/context.ts';
import { Problem } from '#src/platform/problem.ts';
import { type AttemptLimit, attemptKey, countAttempt, forgiveAttempts } from './attempts.ts';
import { ADDRESS_HEADER, type Auth } from './create-auth.ts';

export type SignIn = { email: string; password: string };
/** Where the request came from: kept with the session, and counted. */
export type Visitor = { address: string | null; userAgent: string | null };
export type SignedIn = { token: string; user: AuthUser; cookies: string[] };
export type AuthUser = {
  id: string;
  name: string;
  email: string;
  emailVerified: boolean;
  role: string;
  createdAt: Date;
};

const WRONG_PASSWORDS: AttemptLimit = { most: 5, windowMs: 60_000 };

/**
 * Opens a session. Five wrong passwords a minute for one e-mail from one address, then `rate-limited`.
 * Throws `unauthenticated` for a wrong e-mail and a wrong password alike, `banned` only when the password was right.
 */
export async function signIn(
  ctx: AppContext,
  auth: Auth,
  input: SignIn,
  visitor: Visitor,
  limited = true,
): Promise<SignedIn> {
  const email = input.email.toLowerCase();
  const attempts = attemptKey('sign-in', visitor.address, email);
  if (limited) await countAttempt(ctx, attempts, WRONG_PASSWORDS);
  const opened = await openSession(auth, { email, password: input.password }, visitor);
  if (limited) await forgiveAttempts(ctx, attempts);
  return opened;
}

async function openSession(auth: Auth, body: SignIn, visitor: Visitor): Promise<SignedIn> {
  const headers = new Headers();
  if (visitor.userAgent) headers.set('user-agent', visitor.userAgent.slice(0, 500));
  if (visitor.address) headers.set(ADDRESS_HEADER, visitor.address);
  try {
    const { response, headers: answered } = await auth.api.signInEmail({ body, headers, returnHeaders: true });
    return { token: response.token, user: response.user as unknown as AuthUser, cookies: answered.getSetCookie() };
  } catch (error) {
    throw refusal(error);
  }
}

function refusal(error: unknown): unknown {
  if (!isAPIError(error)) return error;
  if (error.body?.code === 'BANNED_USER') return new Problem('banned');
  if (error.statusCode >= 500) return error;
  return new Problem('unauthenticated', {
    detail: { en: 'Wrong e-mail or password', tr: 'E-posta veya parola yanlış' },
    cause: error,
  });
}
