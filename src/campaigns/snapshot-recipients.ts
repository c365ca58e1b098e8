import { type SQL, sql } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { audienceMembers, audienceSql } from '#src/customers/audience-query.ts';
import type { Audience, Exclusion } from '#src/db/schema/campaigns.ts';
import { fullNameOf, variablesOf } from './recipient-columns.ts';

export type Snapshot = { recipientCount: number; excluded: Exclusion[] };

/**
 * Freezes the audience into the campaign in one statement, behind those who are in it already: once per customer and phone,
 * the excluded counted by reason. Whoever was in it before, or in the audience that was asked for `before`, is not counted again.
 */
export async function snapshotRecipients(
  ctx: OrgContext,
  campaignId: string,
  audience: Audience,
  before: Audience = {},
): Promise<Snapshot> {
  const there = (column: SQL) => sql`select ${column} from campaign_recipients r where r.campaign_id = ${campaignId}`;
  const rows = await ctx.db.execute<{ reason: string | null; count: string }>(sql`
    with a as materialized (
      select asked.*, coalesce(asked.exclusion, case when asked.phone in (${there(sql`r.address`)}) then 'duplicate-phone' end) as reason
      from (${audienceSql(ctx, audience, 'whatsapp')}) asked where asked.customer_id not in (${there(sql`r.customer_id`)})
    ), snapshot as (
      insert into campaign_recipients (organization_id, campaign_id, customer_id, position, name, address, variables, updated_at)
      select ${ctx.organizationId}, ${campaignId}, a.customer_id,
        (select coalesce(max(position), 0) from campaign_recipients where campaign_id = ${campaignId}) + row_number() over (order by a.customer_id),
        ${fullNameOf()}, a.phone, ${variablesOf()}, ${ctx.clock.now().toISOString()}::timestamptz
      from a where a.reason is null
    )
    select a.reason, count(*) as count from a
    where a.reason is null or a.customer_id not in (${audienceMembers(ctx, before)}) group by a.reason`);
  return toSnapshot(rows);
}

/** The same counts without writing anything. */
export async function countAudience(ctx: OrgContext, audience: Audience): Promise<Snapshot> {
  const rows = await ctx.db.execute<{ reason: string | null; count: string }>(sql`
    select a.exclusion as reason, count(*) as count from (${audienceSql(ctx, audience, 'whatsapp')}) a group by a.exclusion`);
  return toSnapshot(rows);
}

function toSnapshot(rows: readonly { reason: string | null; count: string }[]): Snapshot {
  const recipientCount = Number(rows.find((row) => row.reason === null)?.count ?? 0);
  const excluded = rows.flatMap(({ reason, count }) => (reason === null ? [] : [{ reason, count: Number(count) }]));
  return { recipientCount, excluded: excluded.sort((a, b) => a.reason.localeCompare(b.reason)) };
}
