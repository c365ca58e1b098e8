import { sql } from 'drizzle-orm';
import { barredSql } from '#src/accounts/barred-sql.ts';
import type { AppContext } from '#src/context.ts';
import { emailBarSql } from '#src/customers/email-bar-sql.ts';
import type { Lease } from './lease-batch.ts';
import { inShare } from './subject-test.ts';

/** One who is about to be written to. */
export type Addressee = {
  recipientId: string;
  customerId: string;
  name: string;
  address: string;
  variables: Record<string, string>;
  bucket: number;
  /** What is recorded of an earlier attempt is too late. */
  attempt: number;
  refusals: number;
};

type Row = {
  id: string;
  customer_id: string;
  name: string;
  address: string;
  variables: Record<string, string>;
  bucket: number;
  attempt: number;
  refusals: number;
  bar: string | null;
};

/**
 * Writes down that up to `limit` recipients of the batch are about to be written to, judging each anew: from here on a crash makes
 * them unknown. Whoever may not be written to any more is skipped with the reason. Nobody when the lease is lost, or the
 * campaign is not running; of `chosen` only, where some were; a pause, once it is answered, is kept.
 * @returns whom to write to, and how many were skipped.
 */
export async function fenceRecipients(
  ctx: AppContext,
  { campaignId, organizationId, batch, fence }: Lease,
  limit: number,
  chosen?: string[],
): Promise<{ addressees: Addressee[]; skipped: number }> {
  const at = ctx.clock.now();
  const now = sql`${at.toISOString()}::timestamptz`;
  const bar = emailBarSql(at, {
    organizationId,
    customerId: sql`picked.customer_id`,
    address: sql`picked.address`,
    includeGraylisted: sql`picked.include_graylisted`,
  });
  const rows = await ctx.db.execute<Row>(sql`
    with campaign as materialized (
      select c.id, coalesce((c.audience ->> 'includeGraylisted')::boolean, false) as include_graylisted,
        case when t.winner is null then t.share_percent end as test_share
      from campaigns c join email_batches b on b.campaign_id = c.id left join subject_tests t on t.campaign_id = c.id
      where c.id = ${campaignId} and c.status = 'running' and (c.valid_until_at is null or c.valid_until_at > ${now})
        and b.batch = ${batch} and b.fence = ${fence} and b.lease_until_at > ${now}
        and ${barredSql(at, sql`c.user_id`, sql`c.organization_id`)} is null
      for share of c
    ), picked as materialized (
      select r.id, r.customer_id, r.address, campaign.include_graylisted
      from campaign join campaign_recipients r on r.campaign_id = campaign.id
      where r.batch = ${batch} and r.status = 'queued' and (r.next_attempt_at is null or r.next_attempt_at <= ${now})
        and (campaign.test_share is null or ${inShare(sql`r.bucket`, sql`campaign.test_share`)})
        and ${chosen ? sql`r.id = any(${sql.param(chosen)}::uuid[])` : sql`true`}
      order by r.position limit ${limit} for update of r
    ), judged as materialized (
      select picked.id, ${bar} as bar from picked
    )
    update campaign_recipients r set status = case when judged.bar is null then 'sending' else 'skipped' end, status_reason = judged.bar,
      dispatched_at = case when judged.bar is null then ${now} end, attempt = r.attempt + 1, next_attempt_at = null, updated_at = ${now}
    from judged where r.id = judged.id
    returning r.id, r.customer_id, r.name, r.address, r.variables, r.bucket, r.attempt, r.refusals, judged.bar`);
  const addressees = rows.filter(({ bar }) => bar === null).map(toAddressee);
  return { addressees, skipped: rows.length - addressees.length };
}

const toAddressee = ({ id, customer_id, bar: _bar, ...row }: Row): Addressee => ({
  recipientId: id,
  customerId: customer_id,
  ...row,
});
