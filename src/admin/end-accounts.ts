import { sql } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';

/**
 * Takes these users out of the organization and, unless they belong to another one too, erases who they were: name, address, password. Sessions,
 * keys, links and calendar addresses end. The rows stay for what points at them.
 */
export async function endAccounts(ctx: OrgContext, organizationId: string, userIds: string[]): Promise<void> {
  const now = sql`${ctx.clock.now().toISOString()}::timestamptz`;
  const ids = sql`any(${sql.param(userIds)}::uuid[])`;
  for (const [table, column] of ACCESS) {
    const [from, whose] = [sql.identifier(table), sql.identifier(column)];
    await ctx.db.execute(sql`delete from ${from} where ${whose} = ${ids}`);
  }
  await ctx.db.execute(sql`delete from verifications where value = any(${sql.param(userIds)}::text[])`);
  const gone = await ctx.db.execute<{ id: string }>(sql`
    update users u set
      name = case when coalesce((select locale from user_settings where user_id = u.id), 'tr') = 'tr' then 'Silinmiş kullanıcı' else 'Deleted user' end,
      email = u.id || '@deleted.invalid', image = null, email_verified = false, ban_reason = null, deleted_at = ${now}, updated_at = ${now}
    where u.id = ${ids} and not exists (
      select from members m where m.user_id = u.id and m.organization_id <> ${organizationId}::uuid)
    returning u.id`);
  await ctx.db.execute(sql`
    delete from credentials where user_id = any(${sql.param(gone.map(({ id }) => id))}::uuid[])`);
  await ctx.db.execute(sql`delete from members where organization_id = ${organizationId}::uuid and user_id = ${ids}`);
}

/** By what a user gets in, or is told: by its column. */
const ACCESS: [table: string, column: string][] = [
  ['sessions', 'user_id'],
  ['api_keys', 'reference_id'],
  ['idempotency_keys', 'user_id'],
  ['invitations', 'inviter_id'],
  ['report_schedules', 'user_id'],
  ['calendar_feeds', 'consultant_id'],
];
