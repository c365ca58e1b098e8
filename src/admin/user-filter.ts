import { and, gte, isNull, lt, type SQL, sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { likePattern } from '#src/customers/customer.ts';
import { foldText } from '#src/customers/fold-text.ts';
import { type userRoles, users } from '#src/db/schema/accounts.ts';
import { userFigures } from '#src/db/schema/users-kept.ts';

export type UserFilter = {
  /** Words of the name, the email or the organization’s name, whatever their letters. */
  search?: string | undefined;
  role?: (typeof userRoles)[number] | undefined;
  banned?: boolean | undefined;
  verified?: boolean | undefined;
  hasInstance?: boolean | undefined;
  organizationId?: string | undefined;
  createdFrom?: Date | undefined;
  createdTo?: Date | undefined;
};

/** Of `users` with their `user_figures`: those who are meant. Deleted ones never are. Written so that the partial indexes are seen to fit. */
export function userFilterSql(ctx: AppContext, filter: UserFilter): SQL {
  const { search, role, banned, verified, hasInstance, organizationId, createdFrom, createdTo } = filter;
  const words = foldText(search ?? '')
    .split(' ')
    .filter(Boolean);
  return and(
    isNull(users.deletedAt),
    ...words.map((word) => sql`${userFigures.searchText} like ${likePattern(word)}`),
    role && sql`${users.role} = ${sql.raw(`'${role}'`)}`,
    banned === undefined ? undefined : banned ? isBanned(ctx) : sql`not (${isBanned(ctx)})`,
    verified === undefined ? undefined : verified ? sql`${users.emailVerified}` : sql`not ${users.emailVerified}`,
    hasInstance === undefined ? undefined : hasInstance ? hasNumber : sql`not ${hasNumber}`,
    organizationId
      ? sql`${users.id} in (select m.user_id from members m where m.organization_id = ${organizationId}::uuid)`
      : undefined,
    createdFrom && gte(users.createdAt, createdFrom),
    createdTo && lt(users.createdAt, createdTo),
  )!;
}

/** At this moment: one that has run out is none. */
export const isBanned = (ctx: AppContext): SQL =>
  sql`${users.banned} and (${users.banExpires} is null or ${users.banExpires} > ${ctx.clock.now().toISOString()}::timestamptz)`;

export const hasNumber = sql`exists (
  select from instances i where i.user_id = ${users.id} and i.deleting_at is null and i.deleted_at is null)`;
