import { isAPIError } from 'better-auth/api';
import { sql } from 'drizzle-orm';
import { generateSignedCookie } from 'hono/cookie';
import type { AppContext } from '#src/context.ts';
import { sessions } from '#src/db/schema/accounts.ts';
import { Problem } from '#src/platform/problem.ts';
import { newSecret } from '#src/platform/secret-box.ts';
import { type AttemptLimit, attemptKey, countAttempt, forgiveAttempts, takeBackAttempt } from './attempts.ts';
import { ADDRESS_HEADER, type Auth, SESSION_SECONDS } from './create-auth.ts';
import { endSpentBans } from './end-spent-bans.ts';
import { explainBan } from './explain-ban.ts';

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
/** Of one address for whomever: an office signs in from one too. */
const WRONG_FROM_ADDRESS: AttemptLimit = { most: 60, windowMs: 15 * 60_000 };
/** For one e-mail from wherever: many addresses guess no faster than some hundred an hour. */
const WRONG_FOR_EMAIL: AttemptLimit = { most: 200, windowMs: 3_600_000 };

/**
 * Opens a session. Five wrong passwords a minute for one e-mail from one address, then `rate-limited`; so are sixty of one address, or
 * two hundred for one e-mail, over a longer time.
 * Throws `unauthenticated` for a wrong e-mail and a wrong password alike; `banned`, with reason and end, only when the password was right.
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
  const wider = [
    [attemptKey('sign-in from', visitor.address), WRONG_FROM_ADDRESS],
    [attemptKey('sign-in for', email), WRONG_FOR_EMAIL],
  ] as const;
  if (limited) {
    await countAttempt(ctx, attempts, WRONG_PASSWORDS);
    for (const [key, limit] of wider) await countAttempt(ctx, key, limit);
  }
  await endSpentBans(ctx, email);
  const opened = await openSession(ctx, auth, { email, password: input.password }, visitor);
  if (limited) {
    await forgiveAttempts(ctx, attempts);
    for (const [key] of wider) await takeBackAttempt(ctx, key);
  }
  return opened;
}

/** With a token of our own, as the table keeps only its hash. */
async function openSession(ctx: AppContext, auth: Auth, body: SignIn, visitor: Visitor): Promise<SignedIn> {
  const headers = new Headers();
  if (visitor.userAgent) headers.set('user-agent', visitor.userAgent.slice(0, 500));
  if (visitor.address) headers.set(ADDRESS_HEADER, visitor.address);
  try {
    const { token: hash, user } = await auth.api.signInEmail({ body, headers });
    const token = newSecret();
    await ctx.db.update(sessions).set({ token }).where(sql`${sessions.token} = ${hash}`);
    return { token, user: user as unknown as AuthUser, cookies: [await cookieOf(auth, token)] };
  } catch (error) {
    if (isAPIError(error) && error.body?.code === 'BANNED_USER') throw await explainBan(ctx, body.email);
    throw refusal(error);
  }
}

async function cookieOf(auth: Auth, token: string): Promise<string> {
  const { authCookies, secret } = await auth.$context;
  const { name, attributes } = authCookies.sessionToken;
  return generateSignedCookie(name, token, secret, { ...(attributes as object), maxAge: SESSION_SECONDS });
}

function refusal(error: unknown): unknown {
  if (!isAPIError(error)) return error;
  if (error.statusCode >= 500) return error;
  return new Problem('unauthenticated', {
    detail: { en: 'Wrong e-mail or password', tr: 'E-posta veya parola yanlış' },
    cause: error,
  });
}
