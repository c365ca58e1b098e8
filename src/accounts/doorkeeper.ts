import { and, eq, isNull, lt, or } from 'drizzle-orm';
import type { Context } from 'hono';
import { setCookie } from 'hono/cookie';
import { type AppContext, type OrgContext, underBelt } from '#src/context.ts';
import { apiKeys, sessions } from '#src/db/schema/accounts.ts';
import type { PublicContext } from '#src/door.ts';
import { Problem } from '#src/platform/problem.ts';
import type { Route } from '#src/platform/route.ts';
import type { Doorkeeper, Visit } from '#src/platform/router.ts';
import { noteTrail } from '#src/platform/trail.ts';
import { Turnstile } from '#src/platform/turnstile.ts';
import type { Presence } from '#src/presence/create-presence.ts';
import { type Auth, SESSION_SECONDS, sessionEnd } from './create-auth.ts';
import { findPrincipal, type Principal } from './find-principal.ts';
import { type Credential, readCredential, unauthenticated } from './read-credential.ts';
import { bannedUntil, recheckStanding } from './recheck-standing.ts';
import {
  createRequestLimiter,
  defaultRequestLimits,
  type RequestLimiter,
  type RequestLimits,
} from './request-limits.ts';
import { requireOwnSite } from './require-own-site.ts';
import { runOnce } from './run-once.ts';

/** Null switches the request limits off. */
export type DoorkeeperOptions = { limits?: RequestLimits | null; presence?: Presence };

/** A request uses a connection some of the time, and those that ask Evolution hardly any of it. */
const REQUESTS_PER_CONNECTION = 5;

type Spec = Route<OrgContext>['spec'];

/** Who is asking, what he may, how often, and what he was answered before. */
export function createDoorkeeper(ctx: AppContext, auth: Auth, options: DoorkeeperOptions = {}): Doorkeeper<OrgContext> {
  const limits = options.limits === undefined ? defaultRequestLimits : options.limits;
  const limiter = limits && createRequestLimiter(ctx, limits);
  const turnstile = new Turnstile(ctx.config.databasePool * REQUESTS_PER_CONNECTION);
  return {
    log: ctx.log,
    // webhooks must not wait for others, nor others for a file that comes slowly
    inTurn: ({ spec }, step) => (spec.path.startsWith('/v1/') && !spec.stream ? turnstile.pass(step) : step()),
    once: runOnce,
    admit: ({ spec }, visit, c) =>
      spec.access === 'public'
        ? admitAnybody(ctx, spec, limiter, visit, c)
        : admitUser({ ctx, auth, limiter, presence: options.presence }, spec, visit, c),
  };
}

/** Webhooks and unsubscribe links, which come from few addresses in great number, are not limited here. */
async function admitAnybody(
  ctx: AppContext,
  spec: Spec,
  limiter: RequestLimiter | null,
  visit: Visit,
  c: Context,
): Promise<OrgContext> {
  const { language, requestId, address } = visit;
  if (spec.path.startsWith('/v1/')) await limiter?.count('anonymous', address ?? 'unknown', c);
  const anybody: PublicContext = { ...ctx, language, requestId, address };
  return anybody as unknown as OrgContext;
}

type House = { ctx: AppContext; auth: Auth; limiter: RequestLimiter | null; presence: Presence | undefined };

async function admitUser(house: House, spec: Spec, visit: Visit, c: Context): Promise<OrgContext> {
  const { ctx, limiter } = house;
  const { credential, principal } = await identify(house, visit, c);
  await limiter?.count('signed-in', principal.apiKey?.id ?? principal.userId, c);
  if (credential.kind === 'cookie') requireOwnSite(ctx, visit.request);
  const { organizationId, role } = requireStanding(ctx, principal);
  requirePermission(spec, principal);
  await keepAlive(house, credential, principal, c);
  noteTrail({ organizationId, userId: principal.userId });
  if (principal.session) house.presence?.hear({ sessionId: principal.session.id, address: visit.address });
  const isAdmin = mayAdminister(principal);
  return {
    ...(spec.access === 'admin' ? ctx : underBelt(ctx, organizationId)),
    afterBegin: (ctx) => recheckStanding(ctx, principal),
    organizationId,
    userId: principal.userId,
    role,
    isAdmin,
    actor: principal.apiKey
      ? { type: 'apiKey', id: principal.apiKey.id }
      : { type: isAdmin ? 'admin' : 'user', id: principal.userId },
    scopes: principal.apiKey?.scopes ?? null,
    language: visit.language,
    requestId: visit.requestId,
    address: visit.address,
    impersonatorId: principal.session?.impersonatedBy ?? null,
    sessionId: principal.session?.id ?? null,
  };
}

/** Failing counts against the address, so that guessing is slow. */
async function identify({ ctx, auth, limiter }: House, visit: Visit, c: Context) {
  try {
    const credential = await readCredential(c, auth, ctx.config.formerAuthSecrets);
    const principal = await findPrincipal(ctx, credential);
    if (!principal) throw unauthenticated();
    return { credential, principal };
  } catch (error) {
    if (error instanceof Problem) await limiter?.count('anonymous', visit.address ?? 'unknown', c);
    throw error;
  }
}

function requireStanding(ctx: AppContext, { banned, banExpires, membership }: Principal) {
  if (banned && (banExpires === null || banExpires > ctx.clock.now())) throw bannedUntil(banExpires);
  if (!membership)
    throw new Problem('forbidden', {
      detail: { en: 'You do not belong to an organization any more', tr: 'Artık bir firmaya bağlı değilsiniz' },
    });
  return membership;
}

/** Neither by a key nor while somebody acts as him. */
const mayAdminister = ({ isAdmin, apiKey, session }: Principal): boolean =>
  isAdmin && apiKey === null && !session?.impersonatedBy;

function requirePermission(spec: Spec, principal: Principal): void {
  const { apiKey, session } = principal;
  if (spec.access === 'admin' && !mayAdminister(principal)) throw new Problem('forbidden');
  if (spec.personal && session?.impersonatedBy)
    throw new Problem('forbidden', {
      detail: {
        en: 'Not while you act as somebody else: only the user himself',
        tr: 'Başkası adına işlem yaparken olmaz: yalnızca kullanıcının kendisi yapabilir',
      },
    });
  if (!apiKey) return;
  if (!spec.scope)
    throw new Problem('forbidden', {
      detail: { en: 'Not with an API key: sign in', tr: 'API anahtarıyla yapılamaz: oturum açın' },
    });
  if (!apiKey.scopes.includes(spec.scope))
    throw new Problem('forbidden', {
      detail: { en: `The API key lacks the scope ${spec.scope}`, tr: `API anahtarının ${spec.scope} yetkisi yok` },
    });
}

const DAY_MS = 24 * 3600 * 1000;
const MINUTE_MS = 60 * 1000;

/** A session in use is prolonged once a day; a key's last use is kept to the minute. */
async function keepAlive(
  { ctx, auth }: House,
  credential: Credential,
  { session, apiKey }: Principal,
  c: Context,
): Promise<void> {
  const now = ctx.clock.now();
  if (apiKey) {
    const before = new Date(now.getTime() - MINUTE_MS);
    if (apiKey.lastRequest && apiKey.lastRequest > before) return;
    const due = or(isNull(apiKeys.lastRequest), lt(apiKeys.lastRequest, before));
    await ctx.db
      .update(apiKeys)
      .set({ lastRequest: now })
      .where(and(eq(apiKeys.id, apiKey.id), due));
    return;
  }
  const expiresAt = sessionEnd(now);
  if (!session || session.impersonatedBy || expiresAt.getTime() - session.expiresAt.getTime() < DAY_MS) return;
  await ctx.db.update(sessions).set({ expiresAt, updatedAt: now }).where(eq(sessions.id, session.id));
  if (credential.kind === 'cookie') await prolongCookie(auth, c);
}

async function prolongCookie(auth: Auth, c: Context): Promise<void> {
  const { name, attributes } = (await auth.$context).authCookies.sessionToken;
  const value = c.req
    .header('cookie')
    ?.split(';')
    .map((pair) => pair.trim())
    .find((pair) => pair.startsWith(`${name}=`));
  if (value)
    setCookie(c, name, decodeURIComponent(value.slice(name.length + 1)), {
      ...(attributes as object),
      maxAge: SESSION_SECONDS,
    });
}
