import type { Context } from 'hono';
import { getCookie, getSignedCookie } from 'hono/cookie';
import { Problem } from '#src/platform/problem.ts';
import type { Auth } from './create-auth.ts';

/** What a request shows to say who is asking. `cookie` travels by itself, so it alone needs protection from other sites. */
export type Credential = { kind: 'apiKey' | 'bearer' | 'cookie'; secret: string };

const MOST_CHARACTERS = 256;

/** The one credential of a request: an API key or a bearer token, else the session cookie. Throws `unauthenticated`. */
export async function readCredential(c: Context, auth: Auth, former: readonly string[] = []): Promise<Credential> {
  const key = c.req.header('x-api-key');
  const authorization = c.req.header('authorization');
  if (key !== undefined && authorization !== undefined)
    throw unauthenticated({
      en: 'Send either x-api-key or Authorization, not both',
      tr: 'x-api-key veya Authorization gönderin, ikisini birden değil',
    });
  const credential =
    key !== undefined
      ? named('apiKey', key)
      : authorization !== undefined
        ? bearer(authorization)
        : await cookie(c, auth, former);
  if (credential === null || credential.secret === '' || credential.secret.length > MOST_CHARACTERS)
    throw unauthenticated();
  return credential;
}

export const unauthenticated = (detail?: { en: string; tr: string }): Problem =>
  new Problem('unauthenticated', { ...(detail && { detail }), headers: { 'WWW-Authenticate': 'Bearer' } });

const named = (kind: Credential['kind'], secret: string): Credential => ({ kind, secret });

function bearer(authorization: string): Credential | null {
  const token = /^bearer +([\x21-\x7e]+)$/i.exec(authorization.trim())?.[1];
  return token === undefined ? null : named('bearer', token);
}

/** Signed with the secret of today or a former one. */
async function cookie(c: Context, auth: Auth, former: readonly string[]): Promise<Credential | null> {
  const { authCookies, secret } = await auth.$context;
  const { name } = authCookies.sessionToken;
  if (getCookie(c, name) === undefined) return null;
  for (const one of [secret, ...former]) {
    const token = await getSignedCookie(c, one, name);
    if (token) return named('cookie', token);
  }
  return null;
}
