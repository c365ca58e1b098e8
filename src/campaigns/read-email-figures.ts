import { type SQL, sql } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { inShare } from '#src/emails/subject-test.ts';
import { Problem } from '#src/platform/problem.ts';
import { readSendingRules } from '#src/windows/read-sending-rules.ts';
import type { Campaign } from './campaign.ts';
import { getCampaign } from './queries.ts';

const figures = [
  'recipients',
  'sent',
  'delivered',
  'bouncedHard',
  'bouncedSoft',
  'complained',
  'opened',
  'openedByMachines',
  'clicked',
  'clickedByMachines',
  'unsubscribed',
] as const;
const moments = ['sent', 'delivered', 'opened', 'clicked', 'bounced', 'complained', 'unsubscribed'] as const;

export type MailCounts = Record<(typeof figures)[number], number>;
export type MomentCounts = Record<(typeof moments)[number], number>;
export type Bucket = 'hour' | 'day';
export type LinkFigures = { number: number; url: string; clicks: number; recipients: number; byMachines: number };
export type EmailFigures = {
  campaign: Campaign;
  total: MailCounts;
  /** Largest first. */
  domains: (MailCounts & { domain: string })[];
  /** Of an A/B test both, else one; who waits for the winner is in neither. */
  subjects: (MailCounts & { subject: string })[];
  links: LinkFigures[];
  timeline: { bucket: Bucket; timeZone: string; points: (MomentCounts & { at: Date })[] };
};

const MOST_DOMAINS = 50;
const MOST_POINTS = 1000;
/** Longer than that is told by the day. */
const BY_THE_HOUR_MS = 3 * 86_400_000;

type Read = {
  groups: (MailCounts & { domain: string | null; subject: number | null; level: number })[] | null;
  points: (MomentCounts & { at: string })[] | null;
  links: LinkFigures[] | null;
};

/**
 * What became of an email campaign, as it stands: in all, by domain, by subject, over time, and which links were followed. Read in one
 * pass over its recipients. 409 for another channel's.
 */
export async function readEmailFigures(
  ctx: OrgContext,
  campaignId: string,
  asked: { bucket?: Bucket | undefined },
): Promise<EmailFigures> {
  const { campaign, email } = await getCampaign(ctx, campaignId);
  if (!email)
    throw new Problem('conflict', { detail: { en: 'Not an email campaign', tr: 'Bu bir e-posta kampanyası değil' } });
  const { timeZone } = await readSendingRules(ctx, campaign.userId);
  const bucket = asked.bucket ?? bucketFor(ctx, campaign);
  const [read] = await ctx.db.execute<Read>(figuresSql(campaign, bucket, timeZone));
  const { groups, points, links } = read!;
  const subjects = [email.content.subject, email.content.otherSubject ?? ''];
  const ofLevel = (level: number) => (groups ?? []).filter((group) => group.level === level);
  return {
    campaign,
    total: countsOf(ofLevel(3)[0]),
    domains: ofLevel(1).map((group) => ({ ...countsOf(group), domain: group.domain! })),
    subjects: ofLevel(2).map((group) => ({ ...countsOf(group), subject: subjects[group.subject!]! })),
    links: links ?? [],
    timeline: { bucket, timeZone, points: (points ?? []).map((point) => ({ ...point, at: new Date(point.at) })) },
  };
}

const countsOf = (group: Partial<MailCounts> | undefined): MailCounts =>
  Object.fromEntries(figures.map((name) => [name, group?.[name] ?? 0])) as MailCounts;

const bucketFor = (ctx: OrgContext, { startedAt, endedAt, startAt }: Campaign): Bucket => {
  const span = (endedAt ?? ctx.clock.now()).getTime() - (startedAt ?? startAt).getTime();
  return span > BY_THE_HOUR_MS ? 'day' : 'hour';
};

/** Level 3: all; 2: by subject; 1: by domain. */
const figuresSql = ({ id, emailContentId }: Campaign, bucket: Bucket, timeZone: string): SQL => sql`
  with machines as materialized (
    select recipient_id, bool_or(link is null) as opened, bool_or(link is not null) as clicked
    from email_hits where campaign_id = ${id} and automated is not null group by recipient_id
  ), r as materialized (
    select split_part(r.address, '@', 2) as domain, ${subjectSql} as subject, r.status, r.status_reason, r.sent_at, r.delivered_at, r.opened_at,
      r.clicked_at, r.bounced_at, r.complained_at, r.unsubscribed_at, m.opened as machine_opened, m.clicked as machine_clicked
    from campaign_recipients r left join subject_tests t on t.campaign_id = r.campaign_id left join machines m on m.recipient_id = r.id
    where r.campaign_id = ${id} and r.batch is not null
  ), grouped as (
    select grouping(domain, subject) as level, domain, subject, ${countsSql}
    from r group by grouping sets ((), (domain), (subject)) having grouping(domain, subject) <> 2 or subject is not null
  ), chosen as (
    select *, row_number() over (partition by level order by recipients desc, domain, subject) as place from grouped
  ), points as (
    select date_trunc(${bucket}, v.at, ${timeZone}) as at, ${momentsSql}
    from r cross join lateral (values ${valuesSql}) v(kind, at) where v.at is not null group by 1 order by 1 limit ${MOST_POINTS}
  ), followed as (
    select link, count(*) filter (where automated is null) as clicks,
      count(distinct recipient_id) filter (where automated is null) as recipients, count(*) filter (where automated is not null) as machines
    from email_hits where campaign_id = ${id} and link > 0 and judged_at is not null group by link
  ), targets as (
    select u.url, u.number from email_contents c cross join lateral unnest(c.links) with ordinality u(url, number) where c.id = ${emailContentId}
  )
  select (select jsonb_agg(chosen order by level, case when level = 2 then subject end, place) from chosen where place <= ${MOST_DOMAINS}) as groups,
    (select jsonb_agg(points order by at) from points) as points,
    (select jsonb_agg(jsonb_build_object('number', number, 'url', url, 'clicks', coalesce(clicks, 0), 'recipients', coalesce(recipients, 0),
      'byMachines', coalesce(machines, 0)) order by number) from targets left join followed on followed.link = targets.number) as links`;

/** Null: waits for the winner. */
const subjectSql = sql`case when t.campaign_id is null then 0 when ${inShare(sql`r.bucket`, sql`t.share_percent`)} then r.bucket % 2 else t.winner end`;

const count = (condition: SQL, name: MailFigure): SQL =>
  sql`count(*) filter (where ${condition}) as ${sql.identifier(name)}`;
type MailFigure = (typeof figures)[number];

const countsSql = sql.join(
  [
    count(sql`true`, 'recipients'),
    count(sql`sent_at is not null`, 'sent'),
    count(sql`status in ('delivered', 'read')`, 'delivered'),
    count(sql`status_reason = 'bounced' and status = 'failed'`, 'bouncedHard'),
    count(sql`status_reason = 'soft-bounced' and status = 'failed'`, 'bouncedSoft'),
    count(sql`complained_at is not null`, 'complained'),
    count(sql`opened_at is not null`, 'opened'),
    count(sql`opened_at is null and machine_opened`, 'openedByMachines'),
    count(sql`clicked_at is not null`, 'clicked'),
    count(sql`clicked_at is null and machine_clicked`, 'clickedByMachines'),
    count(sql`unsubscribed_at is not null`, 'unsubscribed'),
  ],
  sql`, `,
);

const momentsSql = sql.join(
  moments.map((kind) => sql`count(*) filter (where v.kind = ${sql.raw(`'${kind}'`)}) as ${sql.identifier(kind)}`),
  sql`, `,
);
const valuesSql = sql.join(
  moments.map((kind) => sql`(${sql.raw(`'${kind}'`)}, r.${sql.identifier(`${kind}_at`)})`),
  sql`, `,
);
