import { type SQL, sql } from 'drizzle-orm';

/** Why nothing of a user's may be sent. */
export type Barred = 'user-banned' | 'user-removed';

/** The reason at `now` as an SQL expression, null when the user may send. Fails closed: a user who is not found counts as removed. */
export const barredSql = (now: Date, userId: SQL | string, organizationId: SQL | string): SQL => sql`(
  select case
    when u.id is null then 'user-removed'
    when u.banned and (u.ban_expires is null or u.ban_expires > ${now.toISOString()}::timestamptz) then 'user-banned'
    when not exists (select from members where members.user_id = u.id and members.organization_id = ${organizationId}) then 'user-removed'
  end
  from (select 1) as asked left join users u on u.id = ${userId})`;
