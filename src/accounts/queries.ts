import { and, asc, desc, eq, gt, lt } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { apiKeys, members, organizations, sessions, userSettings, users } from '#src/db/schema/accounts.ts';
import { creditAccounts } from '#src/db/schema/credits.ts';
import { decodeIdCursor, type Page, toPage } from '#src/platform/cursor.ts';
import { notFound } from '#src/platform/problem.ts';

type PageInput = { limit: number; cursor?: string | undefined };
export type ApiKeyRow = Pick<
  typeof apiKeys.$inferSelect,
  'id' | 'name' | 'start' | 'prefix' | 'permissions' | 'expiresAt' | 'lastRequest' | 'createdAt'
>;

/** Who I am, where I belong, what I have: one read. */
export async function findMe(ctx: OrgContext) {
  const [row] = await ctx.db
    .select({
      user: users,
      organization: organizations,
      role: members.role,
      settings: userSettings,
      account: creditAccounts,
    })
    .from(users)
    .innerJoin(members, eq(members.userId, users.id))
    .innerJoin(organizations, eq(organizations.id, members.organizationId))
    .innerJoin(userSettings, eq(userSettings.userId, users.id))
    .innerJoin(creditAccounts, eq(creditAccounts.userId, users.id))
    .where(and(eq(users.id, ctx.userId), eq(organizations.id, ctx.organizationId)))
    .limit(1);
  if (!row) throw notFound();
  return row;
}

export async function findSession(ctx: OrgContext, token: string) {
  const [row] = await ctx.db
    .select({ session: sessions, user: users })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .where(and(eq(sessions.token, token), eq(users.id, ctx.userId)));
  if (!row) throw notFound();
  return row;
}

/** The user's own keys, newest first. */
export async function listApiKeys(ctx: OrgContext, { limit, cursor }: PageInput): Promise<Page<ApiKeyRow>> {
  const rows = await ctx.db
    .select()
    .from(apiKeys)
    .where(and(eq(apiKeys.referenceId, ctx.userId), cursor ? lt(apiKeys.id, decodeIdCursor(cursor)) : undefined))
    .orderBy(desc(apiKeys.id))
    .limit(limit + 1);
  return toPage(rows, limit, (row) => [row.id]);
}

export async function findOrganization(ctx: OrgContext) {
  const [row] = await ctx.db.select().from(organizations).where(eq(organizations.id, ctx.organizationId));
  if (!row) throw notFound();
  return row;
}

const member = {
  userId: users.id,
  name: users.name,
  email: users.email,
  role: members.role,
  createdAt: members.createdAt,
};

/** Everybody of the organization, in the order they came. */
export async function listMembers(ctx: OrgContext, { limit, cursor }: PageInput) {
  const after = cursor ? gt(users.id, decodeIdCursor(cursor)) : undefined;
  const rows = await ctx.db
    .select(member)
    .from(members)
    .innerJoin(users, eq(users.id, members.userId))
    .where(and(eq(members.organizationId, ctx.organizationId), after))
    .orderBy(asc(users.id))
    .limit(limit + 1);
  return toPage(rows, limit, (row) => [row.userId]);
}

export async function findMember(ctx: OrgContext, userId: string) {
  const [row] = await ctx.db
    .select(member)
    .from(members)
    .innerJoin(users, eq(users.id, members.userId))
    .where(and(eq(members.organizationId, ctx.organizationId), eq(members.userId, userId)));
  if (!row) throw notFound();
  return row;
}
