import { sql } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { notFound } from '#src/platform/problem.ts';

/** What every report stands on: whose it is, and on which clock its days begin. */
export type ReportGround = { organization: { id: string; name: string }; timeZone: string };

/** The organization's days are those of whoever has owned it longest. */
export async function readGround(ctx: Pick<OrgContext, 'db' | 'organizationId'>): Promise<ReportGround> {
  const [row] = await ctx.db.execute<{ id: string; name: string; timeZone: string }>(sql`
    select o.id, o.name, coalesce((
      select s.time_zone from members m join user_settings s on s.user_id = m.user_id
      where m.organization_id = o.id and m.role = 'owner' order by m.created_at, m.id limit 1), 'Europe/Istanbul') as "timeZone"
    from organizations o where o.id = ${ctx.organizationId}::uuid`);
  if (!row) throw notFound();
  return { organization: { id: row.id, name: row.name }, timeZone: row.timeZone };
}
