import { sql } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { audienceSql } from '#src/customers/audience-query.ts';
import type { Audience, Exclusion } from '#src/db/schema/campaigns.ts';
import { fullNameOf, variablesOf } from './recipient-columns.ts';

export type Snapshot = { recipientCount: number; excluded: Exclusion[] };

/** Freezes the audience into the campaign in one statement: once per customer, the excluded counted by reason. */
export async function snapshotRecipients(ctx: OrgContext, campaignId: string, audience: Audience): Promise<Snapshot> {
  const rows = await ctx.db.execute<{ reason: string | null; count: string }>(sql`
    with a as materialized (${audienceSql(ctx, audience, 'whatsapp')}), snapshot as (
      insert into campaign_recipients (organization_id, campaign_id, customer_id, position, name, address, variables, updated_at)
      select ${ctx.organizationId}, ${campaignId}, a.customer_id, row_number() over (order by a.customer_id), ${fullNameOf()}, a.phone, ${variablesOf()},
        ${ctx.clock.now().toISOString()}::timestamptz
      from a where a.exclusion is null
    )
    select a.exclusion as reason, count(*) as count from a group by a.exclusion`);
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
