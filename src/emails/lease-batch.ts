import { sql } from 'drizzle-orm';
import { barredSql } from '#src/accounts/barred-sql.ts';
import { type AppContext, inTransaction } from '#src/context.ts';

/** The right to send one batch of a campaign's recipients, until it runs out. */
export type Lease = {
  campaignId: string;
  organizationId: string;
  batch: number;
  fence: number;
  untilAt: Date;
  lengthMs: number;
};

const LEASE_MS = 5 * 60_000;

/**
 * Takes a due batch of a running campaign, whichever campaign chance picks. What a worker that was lost had on the wire
 * becomes `unknown`; the rest of its batch is simply sent. Null: nothing is due.
 */
export const leaseBatch = (ctx: AppContext, workerId: string): Promise<Lease | null> =>
  inTransaction(ctx, async (ctx) => {
    const now = sql`${ctx.clock.now().toISOString()}::timestamptz`;
    const untilAt = leaseEnd(ctx);
    const until = sql`${untilAt.toISOString()}::timestamptz`;
    const [row] = await ctx.db.execute<{
      campaign_id: string;
      organization_id: string;
      batch: number;
      fence: number;
    }>(sql`
      with chosen as (
        select c.id from campaigns c
        where c.channel = 'email' and c.status = 'running'
          and not exists (select from platform_settings p where p.id = 1 and p.features ->> 'emailCampaigns' = 'false')
          and (c.valid_until_at is null or c.valid_until_at > ${now})
          and ${barredSql(ctx.clock.now(), sql`c.user_id`, sql`c.organization_id`)} is null
          and exists (select from email_batches b where b.campaign_id = c.id and b.due_at <= ${now})
        order by random() limit 1
      ), due as (
        select b.campaign_id, b.batch from email_batches b join chosen on chosen.id = b.campaign_id
        where b.due_at <= ${now} order by b.due_at, b.batch limit 1 for update of b skip locked
      )
      update email_batches b set fence = b.fence + 1, leased_by = ${workerId}, lease_until_at = ${until}, due_at = ${until}
      from due where b.campaign_id = due.campaign_id and b.batch = due.batch
      returning b.campaign_id, b.organization_id, b.batch, b.fence`);
    if (!row) return null;
    await ctx.db.execute(sql`
      update campaign_recipients set status = 'unknown', status_reason = 'worker-lost', updated_at = ${now}
      where campaign_id = ${row.campaign_id} and batch = ${row.batch} and status = 'sending'`);
    const { campaign_id: campaignId, organization_id: organizationId, batch, fence } = row;
    return { campaignId, organizationId, batch, fence, untilAt, lengthMs: lengthOf(ctx) };
  });

/** The same lease with its full time again; null when it is another's by now. */
export async function renewLease(ctx: AppContext, lease: Lease): Promise<Lease | null> {
  const untilAt = leaseEnd(ctx);
  const until = sql`${untilAt.toISOString()}::timestamptz`;
  const renewed = await ctx.db.execute(sql`
    update email_batches set lease_until_at = ${until}, due_at = ${until}
    where campaign_id = ${lease.campaignId} and batch = ${lease.batch} and fence = ${lease.fence}
      and lease_until_at > ${ctx.clock.now().toISOString()}::timestamptz
    returning 1`);
  return renewed.length === 1 ? { ...lease, untilAt } : null;
}

const lengthOf = (ctx: AppContext): number => LEASE_MS / ctx.config.recoverySpeed;
const leaseEnd = (ctx: AppContext): Date => new Date(ctx.clock.now().getTime() + lengthOf(ctx));
