import { sql } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { instantSql } from './figure-queries.ts';
import type { Figures } from './figures.ts';
import { bucketsOf, type Period, previousOf } from './period.ts';
import { readFigures } from './read-figures.ts';

/** A day of a month, a month of a year. */
export type Bucket = {
  bucket: string;
  whatsappSent: number;
  emailSent: number;
  smsSent: number;
  messagesReceived: number;
  customersWon: number;
};
export type CampaignLine = {
  id: string;
  name: string;
  channel: 'whatsapp' | 'email';
  startedAt: string;
  recipients: number;
  sent: number;
  delivered: number;
  read: number;
  failed: number;
  replied: number;
};
export type SourceCount = { source: string | null; customers: number };
export type MonthlyReport = {
  figures: Figures;
  previous: Figures;
  buckets: Bucket[];
  sources: SourceCount[];
  /** The largest ones. */
  campaigns: CampaignLine[];
};

const MOST_CAMPAIGNS = 25;
const MOST_SOURCES = 100;

/** How a month, or a year, went. `onStep` is told after each part. */
export async function readMonthly(
  ctx: OrgContext,
  period: Period,
  onStep: () => Promise<void> = async () => {},
): Promise<MonthlyReport> {
  const { total: figures } = await readFigures(ctx, period);
  await onStep();
  const { total: previous } = await readFigures(ctx, previousOf(period));
  await onStep();
  const buckets = await readBuckets(ctx, period);
  await onStep();
  return {
    figures,
    previous,
    buckets,
    sources: await readSources(ctx, period),
    campaigns: await readCampaigns(ctx, period),
  };
}

async function readBuckets(ctx: OrgContext, period: Period): Promise<Bucket[]> {
  const pattern = period.kind === 'year' ? 'YYYY-MM' : 'YYYY-MM-DD';
  const bucket = (column: string) =>
    sql`to_char(${sql.raw(column)} at time zone ${period.timeZone}, ${pattern}) as bucket`;
  const of = (column: string) => sql`organization_id = ${ctx.organizationId}::uuid
    and ${sql.raw(column)} >= ${instantSql(period.from)} and ${sql.raw(column)} < ${instantSql(period.to)}`;
  const rows = await ctx.db.execute<{ bucket: string; what: keyof Bucket; n: string }>(sql`
    select 'whatsappSent' as what, ${bucket('sent_at')}, count(*) as n from messages
      where direction = 'out' and not typed_on_phone and ${of('sent_at')} group by 2
    union all
    select 'messagesReceived', ${bucket('said_at')}, count(*) from messages
      where direction = 'in' and kind <> 'reaction' and ${of('said_at')} group by 2
    union all
    select 'emailSent', ${bucket('q.sent_at')}, count(*) from campaigns g join campaign_recipients q on q.campaign_id = g.id
      where g.channel = 'email' and g.started_at < ${instantSql(period.to)} and (g.ended_at is null or g.ended_at >= ${instantSql(period.from)})
        and g.${of('q.sent_at')} group by 2
    union all
    select 'smsSent', ${bucket('sent_at')}, count(*) from sms_messages where ${of('sent_at')} group by 2
    union all
    select 'customersWon', ${bucket('created_at')}, count(*) from customers where merged_into_id is null and ${of('created_at')} group by 2`);
  const found = new Map(rows.map(({ bucket, what, n }) => [`${what} ${bucket}`, Number(n)]));
  const count = (what: string, bucket: string) => found.get(`${what} ${bucket}`) ?? 0;
  return bucketsOf(period).map((bucket) => ({
    bucket,
    whatsappSent: count('whatsappSent', bucket),
    emailSent: count('emailSent', bucket),
    smsSent: count('smsSent', bucket),
    messagesReceived: count('messagesReceived', bucket),
    customersWon: count('customersWon', bucket),
  }));
}

async function readSources(ctx: OrgContext, { from, to }: Period): Promise<SourceCount[]> {
  const rows = await ctx.db.execute<{ source: string | null; customers: string }>(sql`
    select c.source, count(*) as customers from customers c
    where c.organization_id = ${ctx.organizationId}::uuid and c.merged_into_id is null
      and c.created_at >= ${instantSql(from)} and c.created_at < ${instantSql(to)}
    group by c.source order by count(*) desc, c.source nulls last limit ${MOST_SOURCES}`);
  return rows.map(({ source, customers }) => ({ source, customers: Number(customers) }));
}

/** Of those that began in the period, the largest. What became of them is told as of now. */
async function readCampaigns(ctx: OrgContext, { from, to }: Period): Promise<CampaignLine[]> {
  type Row = Record<keyof CampaignLine, string> & { channel: CampaignLine['channel'] };
  const rows = await ctx.db.execute<Row>(sql`
    select g.id, g.name, g.channel, g.started_at as "startedAt", g.recipients, g.sent, g.delivered, g.read, g.failed,
      (select count(*) from campaign_recipients q where q.campaign_id = g.id and q.replied_at is not null) as replied
    from (
      select g.id, g.name, g.channel, g.started_at,
        p.queued_count + p.sending_count + p.sent_count + p.delivered_count + p.read_count + p.failed_count + p.skipped_count + p.unknown_count
          as recipients,
        p.sent_count + p.delivered_count + p.read_count as sent, p.delivered_count + p.read_count as delivered, p.read_count as read,
        p.failed_count as failed
      from campaigns g join campaign_progress p on p.campaign_id = g.id
      where g.organization_id = ${ctx.organizationId}::uuid and g.started_at >= ${instantSql(from)} and g.started_at < ${instantSql(to)}
      order by recipients desc, g.id limit ${MOST_CAMPAIGNS}) as g
    order by g.recipients desc, g.id`);
  return rows.map(({ id, name, channel, startedAt, ...counted }) => ({
    id,
    name,
    channel,
    startedAt: new Date(startedAt).toISOString(),
    recipients: Number(counted.recipients),
    sent: Number(counted.sent),
    delivered: Number(counted.delivered),
    read: Number(counted.read),
    failed: Number(counted.failed),
    replied: Number(counted.replied),
  }));
}
