import { defaultKeyHasher } from '@better-auth/api-key';
import { and, eq, gt, isNull, or, sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { apiKeys, members, sessions, users } from '#src/db/schema/accounts.ts';
import type { Credential } from './read-credential.ts';
import { parsePermissions } from './scopes.ts';

/** Who a credential stands for, as the database has it at this moment. */
export type Principal = {
  userId: string;
  isAdmin: boolean;
  banned: boolean;
  banExpires: Date | null;
  /** Null: taken out of his organization. */
  membership: { organizationId: string; role: 'owner' | 'consultant' } | null;
  session: { id: string; expiresAt: Date; lastUsedAt: Date | null; impersonatedBy: string | null } | null;
  apiKey: { id: string; lastRequest: Date | null; scopes: string[] } | null;
};

const person = {
  userId: users.id,
  userRole: users.role,
  banned: users.banned,
  banExpires: users.banExpires,
  organizationId: members.organizationId,
  memberRole: members.role,
};

/** Null: no such session or key, or it has expired. One query, no cache: a ban or a lost role counts at once. */
export async function findPrincipal(ctx: AppContext, credential: Credential): Promise<Principal | null> {
  return credential.kind === 'apiKey' ? byApiKey(ctx, credential.secret) : bySession(ctx, credential.secret);
}

async function bySession(ctx: AppContext, token: string): Promise<Principal | null> {
  const [row] = await ctx.db
    .select({
      ...person,
      id: sessions.id,
      expiresAt: sessions.expiresAt,
      lastUsedAt: sessions.lastUsedAt,
      impersonatedBy: sessions.impersonatedBy,
    })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .leftJoin(members, eq(members.userId, users.id))
    .where(and(eq(sessions.token, token), gt(sessions.expiresAt, ctx.clock.now())))
    .limit(1);
  if (!row) return null;
  const { id, expiresAt, lastUsedAt, impersonatedBy } = row;
  return { ...principal(row), session: { id, expiresAt, lastUsedAt, impersonatedBy }, apiKey: null };
}

async function byApiKey(ctx: AppContext, key: string): Promise<Principal | null> {
  const [row] = await ctx.db
    .select({ ...person, id: apiKeys.id, lastRequest: apiKeys.lastRequest, permissions: apiKeys.permissions })
    .from(apiKeys)
    .innerJoin(users, eq(users.id, apiKeys.referenceId))
    .leftJoin(members, eq(members.userId, users.id))
    .where(and(eq(apiKeys.key, await defaultKeyHasher(key)), eq(apiKeys.enabled, true), notExpired(ctx)))
    .limit(1);
  if (!row) return null;
  const apiKey = { id: row.id, lastRequest: row.lastRequest, scopes: parsePermissions(row.permissions) };
  return { ...principal(row), session: null, apiKey };
}

const notExpired = (ctx: AppContext) =>
  or(isNull(apiKeys.expiresAt), gt(apiKeys.expiresAt, ctx.clock.now())) ?? sql`true`;

type PersonRow = {
  userId: string;
  userRole: 'user' | 'admin';
  banned: boolean;
  banExpires: Date | null;
  organizationId: string | null;
  memberRole: 'owner' | 'consultant' | null;
};

function principal(row: PersonRow): Omit<Principal, 'session' | 'apiKey'> {
  const { userId, banned, banExpires, organizationId, memberRole } = row;
  const membership = organizationId && memberRole ? { organizationId, role: memberRole } : null;
  return { userId, isAdmin: row.userRole === 'admin', banned, banExpires, membership };
}
