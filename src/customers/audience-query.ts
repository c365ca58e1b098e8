import { type SQL, sql } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import type { Audience } from '#src/db/schema/campaigns.ts';
import type { Text } from '#src/platform/language.ts';
import { type FieldError, invalid, Problem } from '#src/platform/problem.ts';
import { blacklistedSql, phoneGraylistedSql } from './blacklisted-sql.ts';
import { listedSql } from './email-bar-sql.ts';
import { segmentMembers, segmentProblems } from './filters/segment-queries.ts';
import { EMAIL_PATTERN } from './normalize-email.ts';

export const audienceExclusions = ['no-phone', 'blacklisted', 'graylisted', 'duplicate-phone'] as const;
export type AudienceExclusion = (typeof audienceExclusions)[number];
export const emailExclusions = [
  'no-email',
  'invalid-email',
  'unsubscribed',
  'blacklisted',
  'no-consent',
  'graylisted',
  'duplicate-email',
] as const;
export type EmailExclusion = (typeof emailExclusions)[number];

/** A row of `audienceSql`, as a raw query returns it. */
export type AudienceRow = {
  customer_id: string;
  first_name: string;
  last_name: string | null;
  phone: string | null;
  email: string | null;
  country_code: string | null;
  /** Never written with before. */
  cold: boolean;
  /** Null: this one is written to. */
  exclusion: AudienceExclusion | null;
};

/** The same for mail. */
export type EmailAudienceRow = Omit<AudienceRow, 'exclusion'> & {
  /** The consent by which he is written to. */
  consent_id: string | null;
  exclusion: EmailExclusion | null;
};

const CUSTOMER_IDS = 10_000;
const GROUP_IDS = 100;
const SEGMENT_IDS = 20;
const ERRORS_SHOWN = 20;

const NOTHING: Text = {
  en: 'Name at least one customer, group or segment',
  tr: 'En az bir müşteri, grup veya segment belirtin',
};
const NO_SUCH_CUSTOMER: Text = { en: 'No such customer', tr: 'Böyle bir müşteri yok' };
const NO_SUCH_GROUP: Text = { en: 'No such group', tr: 'Böyle bir grup yok' };

/**
 * A SELECT (columns as `AudienceRow`, for mail `EmailAudienceRow`) of one row per distinct living customer of the organization in the audience, each
 * with the reason that keeps it out, judged at `ctx.clock.now()`. Unordered; use it as a CTE or a derived table.
 * A blacklisted address of a customer, phone or email, first or other, keeps the whole customer out.
 * Written so that there is no plan but look-ups by key: right after an import, before PostgreSQL has counted the rows, plain
 * joins were loops over all pairs (a minute for 20,000 customers).
 */
export async function audienceSql(ctx: OrgContext, audience: Audience, channel: 'whatsapp' | 'email'): Promise<SQL> {
  const members = await audienceMembers(ctx, audience);
  return channel === 'email' ? emailAudienceSql(ctx, audience, members) : whatsappAudienceSql(ctx, audience, members);
}

function whatsappAudienceSql(ctx: OrgContext, audience: Audience, members: SQL): SQL {
  const organization = sql`${ctx.organizationId}::uuid`;
  const now = ctx.clock.now();
  return sql`
    select c.id as customer_id, c.first_name, c.last_name, c.phone, c.email, c.country_code, c.last_contacted_at is null as cold,
      case
        when c.phone is null then 'no-phone'
        when ${blacklistedSql(now, organization, sql`c.id`)} then 'blacklisted'
        when ${audience.includeGraylisted ? sql`false` : phoneGraylistedSql(now, organization, sql`c.id`)} then 'graylisted'
        when row_number() over (partition by c.phone order by c.id) > 1 then 'duplicate-phone'
      end as exclusion
    from (${members}) member
    cross join lateral (
      select id, organization_id, first_name, last_name, phone, email, country_code, last_contacted_at, deleted_at
      from customers where id = member.customer_id offset 0
    ) c
    where c.organization_id = ${organization} and c.deleted_at is null`;
}

/** Of several customers with one address, the first who may be written to is. */
function emailAudienceSql(ctx: OrgContext, audience: Audience, members: SQL): SQL {
  const organization = sql`${ctx.organizationId}::uuid`;
  const now = ctx.clock.now();
  const listed = listedSql(now, organization);
  const graylisted = sql`${listed(sql`c.email_hash`, sql`s.level = 'graylist'`)} or ${phoneGraylistedSql(now, organization, sql`c.id`)}`;
  return sql`
    select customer_id, first_name, last_name, phone, email, country_code, cold, consent_id,
      case
        when bar is not null then bar
        when row_number() over (partition by email collate "C", bar is null order by customer_id) > 1 then 'duplicate-email'
      end as exclusion
    from (
      select c.id as customer_id, c.first_name, c.last_name, c.phone, c.email, c.country_code, c.last_contacted_at is null as cold,
        c.email_consent_id as consent_id,
        case
          when c.email is null then 'no-email'
          when c.email !~ ${EMAIL_PATTERN} or length(c.email) > 254 then 'invalid-email'
          when ${listed(sql`c.email_hash`, sql`s.level = 'blacklist' and s.scope = 'email'`)} then 'unsubscribed'
          when ${blacklistedSql(now, organization, sql`c.id`)} then 'blacklisted'
          when c.email_consent_id is null then 'no-consent'
          when ${audience.includeGraylisted ? sql`false` : graylisted} then 'graylisted'
        end as bar
      from (${members}) member
      cross join lateral (
        select id, organization_id, first_name, last_name, phone, email, country_code, last_contacted_at, deleted_at, email_consent_id,
          address_hash(organization_id, email) as email_hash
        from customers where id = member.customer_id offset 0
      ) c
      where c.organization_id = ${organization} and c.deleted_at is null offset 0
    ) judged`;
}

/**
 * A SELECT of one column, `customer_id`: everybody in the audience, once, whether or not he may be written to. A segment is who is in it
 * at this moment, and nobody if that cannot be told.
 */
export async function audienceMembers(ctx: OrgContext, audience: Audience): Promise<SQL> {
  const { groupIds = [], customerIds = [], segmentIds = [] } = audience;
  const listed = sql`
  select customer_id from group_members
  where organization_id = ${ctx.organizationId}::uuid and group_id = any(${sql.param(groupIds)}::uuid[])
  union
  select unnest(${sql.param(customerIds)}::uuid[])`;
  if (segmentIds.length === 0) return listed;
  return sql.join([listed, ...(await segmentMembers(ctx, segmentIds))], sql` union `);
}

/**
 * Throws `invalid-request` unless the audience names somebody, keeps the limits, and every id is the organization's own
 * (a deleted customer is no customer). `path` is where the audience stands in the request.
 */
export async function checkAudience(ctx: OrgContext, audience: Audience, path = 'audience'): Promise<void> {
  const { customerIds = [], groupIds = [], segmentIds = [] } = audience;
  const at = (key: string) => (path ? `${path}.${key}` : key);
  if (customerIds.length + groupIds.length + segmentIds.length === 0) throw invalid(path || 'body', NOTHING);
  if (customerIds.length > CUSTOMER_IDS) throw invalid(at('customerIds'), atMost(CUSTOMER_IDS));
  if (groupIds.length > GROUP_IDS) throw invalid(at('groupIds'), atMost(GROUP_IDS));
  if (segmentIds.length > SEGMENT_IDS) throw invalid(at('segmentIds'), atMost(SEGMENT_IDS));
  const errors = [
    ...(await missing(ctx, customerIds, sql`customers`, sql`and deleted_at is null`)).map(
      said(at('customerIds'), NO_SUCH_CUSTOMER),
    ),
    ...(await missing(ctx, groupIds, sql`groups`)).map(said(at('groupIds'), NO_SUCH_GROUP)),
    ...(await segmentProblems(ctx, segmentIds)).map(({ at: index, message }) => said(at('segmentIds'), message)(index)),
  ];
  if (errors.length > 0) throw new Problem('invalid-request', { errors: errors.slice(0, ERRORS_SHOWN) });
}

const atMost = (limit: number): Text => ({ en: `At most ${limit} ids`, tr: `En çok ${limit} kimlik` });
const said =
  (path: string, message: Text) =>
  (index: number): FieldError => ({ path: `${path}[${index}]`, message });

/** Places in `ids` at which the organization has no row of `table`. */
async function missing(ctx: OrgContext, ids: string[], table: SQL, also: SQL = sql``): Promise<number[]> {
  if (ids.length === 0) return [];
  const rows = await ctx.db.execute<{ id: string }>(sql`
    select id from ${table}
    where id = any(${sql.param(ids)}::uuid[]) and organization_id = ${ctx.organizationId}::uuid ${also}`);
  const found = new Set(rows.map((row) => row.id));
  return ids.flatMap((id, at) => (found.has(id.toLowerCase()) ? [] : [at]));
}
