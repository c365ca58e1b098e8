import { sql } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { audienceMembers, audienceSql } from '#src/customers/audience-query.ts';
import { fullNameOf, variablesOf } from '#src/customers/variables-sql.ts';
import type { Audience, Exclusion } from '#src/db/schema/campaigns.ts';
import { bucketOf } from './recipient-columns.ts';

/** Enough to sort and keep 100,000 people without writing them to disk on the way. */
const WORK_MEM = '64MB';

export type Snapshot = {
  recipientCount: number;
  /** Of them, never written with before. */
  coldCount: number;
  excluded: Exclusion[];
};

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
  const [asked, earlier] = [await audienceSql(ctx, audience, 'whatsapp'), await audienceMembers(ctx, before)];
  await ctx.db.execute(sql`select set_config('work_mem', ${WORK_MEM}, true)`);
  const rows = await ctx.db.execute<Counted>(sql`
    with there as (
      select customer_id, address, position from campaign_recipients where campaign_id = ${campaignId}
    ), a as materialized (
      select asked.*, coalesce(asked.exclusion, case when taken.address is not null then 'duplicate-phone' end) as reason
      from (${asked}) asked
      left join (select distinct address from there) taken on taken.address = asked.phone
      where not exists (select 1 from there where there.customer_id = asked.customer_id)
    ), snapshot as (
      insert into campaign_recipients (organization_id, campaign_id, customer_id, position, name, address, variables, cold, bucket, updated_at)
      select ${ctx.organizationId}, ${campaignId}, a.customer_id,
        (select coalesce(max(position), 0) from there) + row_number() over (order by a.customer_id),
        ${fullNameOf()}, a.phone, ${variablesOf()}, a.cold, ${bucketOf(campaignId)}, ${ctx.clock.now().toISOString()}::timestamptz
      from a where a.reason is null
    )
    select null as reason, count(*) as count, count(*) filter (where a.cold) as cold from a where a.reason is null
    union all
    select a.reason, count(*), 0 from a left join (${earlier}) earlier on earlier.customer_id = a.customer_id
    where a.reason is not null and earlier.customer_id is null group by a.reason`);
  return toSnapshot(rows);
}

/** The same counts without writing anything. */
export async function countAudience(ctx: OrgContext, audience: Audience): Promise<Snapshot> {
  const rows = await ctx.db.execute<Counted>(sql`
    select a.exclusion as reason, count(*) as count, count(*) filter (where a.cold) as cold from (${await audienceSql(ctx, audience, 'whatsapp')}) a group by a.exclusion`);
  return toSnapshot(rows);
}

type Counted = { reason: string | null; count: string; cold: string };

function toSnapshot(rows: readonly Counted[]): Snapshot {
  const written = rows.find((row) => row.reason === null);
  const recipientCount = Number(written?.count ?? 0);
  const coldCount = Number(written?.cold ?? 0);
  const excluded = rows.flatMap(({ reason, count }) => (reason === null ? [] : [{ reason, count: Number(count) }]));
  return { recipientCount, coldCount, excluded: excluded.sort((a, b) => a.reason.localeCompare(b.reason)) };
}
