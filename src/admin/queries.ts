import { and, desc, eq, isNull, lt, type SQL, sql } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { likePattern } from '#src/customers/customer.ts';
import { foldText } from '#src/customers/fold-text.ts';
import { members, organizations, users } from '#src/db/schema/accounts.ts';
import { creditAccounts } from '#src/db/schema/credits.ts';
import { instances } from '#src/db/schema/instances.ts';
import { decodeIdCursor, type Page, toPage } from '#src/platform/cursor.ts';
import { notFound } from '#src/platform/problem.ts';
import { requireAdmin } from './require-admin.ts';

type Search = { search?: string | undefined; limit: number; cursor?: string | undefined };
export type UserRow = Awaited<ReturnType<typeof selectUsers>>[number];

/** Users of all organizations, newest first; every word of `search` is in the name, the email or the organization's name. */
export async function listUsers(ctx: OrgContext, { search, limit, cursor }: Search): Promise<Page<UserRow>> {
  requireAdmin(ctx);
  const words = foldText(search ?? '')
    .split(' ')
    .filter(Boolean);
  const matches = words.map((word) => sql`${folded} like ${likePattern(word)}`);
  const before = cursor ? lt(users.id, decodeIdCursor(cursor)) : undefined;
  return toPage(await selectUsers(ctx, and(before, ...matches), limit + 1), limit, ({ user }) => [user.id]);
}

export async function findUser(ctx: OrgContext, userId: string): Promise<UserRow> {
  requireAdmin(ctx);
  const [row] = await selectUsers(ctx, eq(users.id, userId), 1);
  if (!row) throw notFound();
  return row;
}

/** As `foldText` does it, for the letters that names here are made of. */
const folded = sql`translate(lower(translate(concat_ws(' ', ${users.name}, ${users.email}, ${organizations.name}), 'İIŞĞÜÖÇ', 'iisguoc')),
  'ışğüöçâîûéè', 'isguocaiuee')`;

const firstMembership = sql`(select m.id from members m where m.user_id = ${users.id} order by m.created_at, m.id limit 1)`;

const selectUsers = (ctx: OrgContext, where: SQL | undefined, limit: number) =>
  ctx.db
    .select({ user: users, member: members, organization: organizations, account: creditAccounts, instance: instances })
    .from(users)
    .leftJoin(members, eq(members.id, firstMembership))
    .leftJoin(organizations, eq(organizations.id, members.organizationId))
    .leftJoin(creditAccounts, eq(creditAccounts.userId, users.id))
    .leftJoin(instances, and(eq(instances.userId, users.id), isNull(instances.deletingAt), isNull(instances.deletedAt)))
    .where(where)
    .orderBy(desc(users.id))
    .limit(limit);
