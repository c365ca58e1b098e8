import { type SQL, sql } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { audienceMembers, audienceSql } from '#src/customers/audience-query.ts';
import type { Audience, Exclusion } from '#src/db/schema/campaigns.ts';

export type Counted = { recipientCount: number; excluded: Exclusion[] };
/** Frozen columns of a recipient, from columns of `audienceSql` by alias `a`. */
export type FrozenColumns = { name: SQL; variables: SQL; bucket: SQL };

/** How many recipients a worker leases at once. */
export const BATCH_SIZE = 500;

/**
 * Freezes the audience into an email campaign in one statement, behind those who are in it already: once per customer and address, with
 * the consent that allows it, in batches; the excluded counted by reason. Whoever was in it, or in the audience asked for `before`,
 * is not counted again.
 */
export async function snapshotAddressees(
  ctx: OrgContext,
  campaignId: string,
  { audience, before = {}, columns }: { audience: Audience; before?: Audience; columns: FrozenColumns },
): Promise<Counted> {
  const now = sql`${ctx.clock.now().toISOString()}::timestamptz`;
  const [asked, earlier] = [await audienceSql(ctx, audience, 'email'), await audienceMembers(ctx, before)];
  const rows = await ctx.db.execute<{ reason: string | null; count: string }>(sql`
    with there as materialized (
      select customer_id, address, position from campaign_recipients where campaign_id = ${campaignId}
    ), a as materialized (
      select asked.*, coalesce(asked.exclusion, case when taken.address is not null then 'duplicate-email' end) as reason
      from (${asked}) asked
      left join (select distinct address from there) taken on taken.address = asked.email
      where not exists (select 1 from there where there.customer_id = asked.customer_id)
    ), numbered as materialized (
      select a.*, (select coalesce(max(position), 0) from there) + row_number() over (order by a.customer_id) as position
      from a where a.reason is null
    ), snapshot as (
      insert into campaign_recipients
        (organization_id, campaign_id, customer_id, position, name, address, variables, bucket, consent_id, batch, updated_at)
      select ${ctx.organizationId}, ${campaignId}, a.customer_id, a.position, ${columns.name}, a.email, ${columns.variables}, ${columns.bucket},
        a.consent_id, (a.position - 1) / ${BATCH_SIZE}::int, ${now}
      from numbered a
    ), batches as (
      insert into email_batches (campaign_id, batch, organization_id, due_at)
      select distinct ${campaignId}::uuid, ((position - 1) / ${BATCH_SIZE}::int)::int, ${ctx.organizationId}::uuid, ${now} from numbered
      on conflict (campaign_id, batch) do update set due_at = excluded.due_at
    )
    select a.reason, count(*) as count from a
    left join (${earlier}) earlier on earlier.customer_id = a.customer_id
    where a.reason is null or earlier.customer_id is null group by a.reason`);
  return toCounted(rows);
}

/** The same counts without writing anything. */
export async function countAddressees(ctx: OrgContext, audience: Audience): Promise<Counted> {
  const rows = await ctx.db.execute<{ reason: string | null; count: string }>(sql`
    select a.exclusion as reason, count(*) as count from (${await audienceSql(ctx, audience, 'email')}) a group by a.exclusion`);
  return toCounted(rows);
}

function toCounted(rows: readonly { reason: string | null; count: string }[]): Counted {
  const recipientCount = Number(rows.find(({ reason }) => reason === null)?.count ?? 0);
  const excluded = rows.flatMap(({ reason, count }) => (reason === null ? [] : [{ reason, count: Number(count) }]));
  return { recipientCount, excluded: excluded.sort((a, b) => a.reason.localeCompare(b.reason)) };
}
