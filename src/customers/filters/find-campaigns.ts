import { type SQL, sql } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import type { LeafOf } from './leaf-schemas.ts';

const DAY_MS = 86_400_000;

/** The organization’s campaigns that a condition means: the named one, or all that started within so many days. */
export async function findCampaigns(ctx: OrgContext, { value }: LeafOf<'campaign'>): Promise<string[]> {
  const { campaignId, withinDays, channel } = value;
  const since = withinDays && new Date(ctx.clock.now().getTime() - withinDays * DAY_MS).toISOString();
  const which: SQL[] = [
    sql`organization_id = ${ctx.organizationId}::uuid`,
    ...(campaignId ? [sql`id = ${campaignId}::uuid`] : []),
    ...(since ? [sql`started_at >= ${since}::timestamptz`] : []),
    ...(channel ? [sql`channel = ${channel}`] : []),
  ];
  const rows = await ctx.db.execute<{ id: string }>(sql`select id from campaigns where ${sql.join(which, sql` and `)}`);
  return rows.map(({ id }) => id);
}
