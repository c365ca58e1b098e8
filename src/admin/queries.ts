import { and, eq, inArray, isNull, type SQL, sql } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { members, organizations, users } from '#src/db/schema/accounts.ts';
import { creditAccounts } from '#src/db/schema/credits.ts';
import { instances } from '#src/db/schema/instances.ts';
import { userFigures } from '#src/db/schema/users-kept.ts';
import { type Page, toPage } from '#src/platform/cursor.ts';
import { notFound } from '#src/platform/problem.ts';
import { requireAdmin } from './require-admin.ts';
import { monthOf } from './this-month.ts';
import { hasNumber, isBanned, type UserFilter, userFilterSql } from './user-filter.ts';
import { afterCursor, type Direction, tagOf, type UserSort, userOrders } from './user-order.ts';

type Search = UserFilter & {
  sort: UserSort;
  order?: Direction | undefined;
  limit: number;
  cursor?: string | undefined;
};
export type UserRow = Awaited<ReturnType<typeof selectUsers>>[number];

/** Users of all organizations: the page by an index of its order, and only then what else there is to tell of those on it. */
export async function listUsers(
  ctx: OrgContext,
  { sort, order, limit, cursor, ...filter }: Search,
): Promise<Page<UserRow>> {
  requireAdmin(ctx);
  const direction = order ?? userOrders[sort].usual;
  const picked = await ctx.db.execute<{ id: string; key: string }>(
    pageOfUsers(userFilterSql(ctx, filter), { sort, direction, limit, cursor }),
  );
  const page = toPage(picked, limit, ({ id, key }) => [tagOf(sort, direction), key, id]);
  const rows = await selectUsers(
    ctx,
    page.data.map(({ id }) => id),
  );
  const byId = new Map(rows.map((row) => [row.user.id, row]));
  return { data: page.data.flatMap(({ id }) => byId.get(id) ?? []), nextCursor: page.nextCursor };
}

type PageInput = { sort: UserSort; direction: Direction; limit: number; cursor?: string | undefined };

export function pageOfUsers(filter: SQL, { sort, direction, limit, cursor }: PageInput): SQL {
  const { key, keyText, id } = userOrders[sort];
  const way = sql.raw(direction);
  const after = cursor === undefined ? sql`true` : afterCursor(sort, direction, cursor);
  const accounts = sort === 'credits' ? sql`join ${creditAccounts} on ${creditAccounts.userId} = ${users.id}` : sql``;
  const by = sort === 'newest' ? sql`${id} ${way}` : sql`${key} ${way}, ${id} ${way}`;
  return sql`
    select ${users.id} as id, ${keyText} as key
    from ${users} join ${userFigures} on ${userFigures.userId} = ${users.id} ${accounts}
    where ${filter} and ${after} order by ${by} limit ${limit + 1}`;
}

/** Throws `not-found`, also for one who was deleted. */
export async function findUser(ctx: OrgContext, userId: string): Promise<UserRow> {
  requireAdmin(ctx);
  const [row] = await selectUsers(ctx, [userId]);
  if (!row) throw notFound();
  return row;
}

/** How many of those users there are, by what they are; one may be several things. */
export async function countUsers(ctx: OrgContext, filter: UserFilter): Promise<UserCounts> {
  requireAdmin(ctx);
  const [counted] = await ctx.db
    .select({
      total: sql<number>`count(*)::int`,
      active: sql<number>`(count(*) filter (where not (${isBanned(ctx)})))::int`,
      banned: sql<number>`(count(*) filter (where ${isBanned(ctx)}))::int`,
      admins: sql<number>`(count(*) filter (where ${users.role} = 'admin'))::int`,
      verified: sql<number>`(count(*) filter (where ${users.emailVerified}))::int`,
      unverified: sql<number>`(count(*) filter (where not ${users.emailVerified}))::int`,
      withInstance: sql<number>`(count(*) filter (where ${hasNumber}))::int`,
    })
    .from(users)
    .innerJoin(userFigures, eq(userFigures.userId, users.id))
    .where(userFilterSql(ctx, filter));
  return counted!;
}

export type UserCounts = Record<
  'total' | 'active' | 'banned' | 'admins' | 'verified' | 'unverified' | 'withInstance',
  number
>;

const firstMembership = sql`(select m.id from members m where m.user_id = ${users.id} order by m.created_at, m.id limit 1)`;

function selectUsers(ctx: OrgContext, userIds: string[]) {
  const month = monthOf(ctx.clock.now());
  return ctx.db
    .select({
      user: users,
      member: members,
      organization: organizations,
      account: creditAccounts,
      instance: instances,
      lastSeenAt: userFigures.lastSeenAt,
      sentThisMonth: sql<number>`case when ${userFigures.sentMonth} = ${month}::date then ${userFigures.sentCount} else 0 end`,
    })
    .from(users)
    .innerJoin(userFigures, eq(userFigures.userId, users.id))
    .leftJoin(members, eq(members.id, firstMembership))
    .leftJoin(organizations, eq(organizations.id, members.organizationId))
    .leftJoin(creditAccounts, eq(creditAccounts.userId, users.id))
    .leftJoin(instances, and(eq(instances.userId, users.id), isNull(instances.deletingAt), isNull(instances.deletedAt)))
    .where(and(inArray(users.id, userIds), isNull(users.deletedAt)));
}
