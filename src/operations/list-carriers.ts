import { sql } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { carrierRates } from '#src/db/schema/emails.ts';
import { requireOperator } from './require-operator.ts';

export type CarrierLine = { row: typeof carrierRates.$inferSelect; tokens: number };
export type MailBacklog = {
  campaigns: number;
  mails: number;
  batchesDue: number;
  batchesLeased: number;
  oldestDueAt: string | null;
};

/** The bucket holds half a second's worth, as where mails are taken from it (emails/take-tokens.ts). */
const BURST_SECONDS = 0.5;

/** How fast mail may leave by each carrier, and what waits to. */
export async function listCarriers(ctx: OrgContext): Promise<{ data: CarrierLine[]; backlog: MailBacklog }> {
  requireOperator(ctx);
  const now = ctx.clock.now();
  const rows = await ctx.db.select().from(carrierRates).orderBy(carrierRates.carrier).limit(200);
  const data = rows.map((row) => {
    const rate = row.ratePerSecond * row.factor;
    const filled = row.tokens + (Math.max(0, now.getTime() - row.filledAt.getTime()) / 1000) * rate;
    const closed = row.closedUntilAt !== null && row.closedUntilAt > now;
    return { row, tokens: closed ? 0 : Math.floor(Math.min(Math.max(rate * BURST_SECONDS, 1), filled)) };
  });
  return { data, backlog: await readBacklog(ctx) };
}

async function readBacklog(ctx: OrgContext): Promise<MailBacklog> {
  const now = sql`${ctx.clock.now().toISOString()}::timestamptz`;
  const [row] = await ctx.db.execute<MailBacklog>(sql`
    with mailing as (
      select c.id, p.queued_count + p.sending_count as mails from campaigns c join campaign_progress p on p.campaign_id = c.id
      where c.channel = 'email' and c.status = 'running'
    ), batches as (
      select b.due_at, b.leased_by is not null and b.lease_until_at > ${now} as leased
      from mailing join email_batches b on b.campaign_id = mailing.id and b.due_at is not null
    )
    select (select count(*)::int from mailing) as campaigns, (select coalesce(sum(mails), 0)::int from mailing) as mails,
      (select count(*)::int from batches where due_at <= ${now}) as "batchesDue",
      (select count(*)::int from batches where leased) as "batchesLeased",
      (select min(due_at) from batches where not leased) as "oldestDueAt"`);
  return row!;
}
