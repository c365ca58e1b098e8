import { type SQL, sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { emailBarSql } from '#src/customers/email-bar-sql.ts';
import type { Exclusion } from '#src/db/schema/campaigns.ts';
import type { Campaign } from './campaign.ts';

/** Who of the list is not written to, counted by reason, the most frequent first. */
export type ListState = {
  /** Left out when the campaign was made. */
  excluded: Exclusion[];
  /** Passed over since: suppressed meanwhile, not on WhatsApp… */
  skipped: Exclusion[];
  failed: Exclusion[];
  /** Still waiting; as things stand now they will be passed over. */
  suppressed: Exclusion[];
};

const MAILS_JUDGED = 1_000;

type Row = { status: 'skipped' | 'failed' | 'suppressed'; reason: string | null; count: number };

/** Who of a list is not written to, and who will not be as things stand now. */
export async function readListState(ctx: AppContext, campaign: Campaign): Promise<ListState> {
  const judged = campaign.channel === 'email' ? judgeMails(ctx, campaign) : judgeWaiting(ctx, campaign);
  const rows = await ctx.db.execute<Row>(sql`
    select status, status_reason as reason, count(*)::int as count from campaign_recipients
    where campaign_id = ${campaign.id} and status in ('skipped', 'failed') group by 1, 2
    union all
    select 'suppressed', reason, count(*)::int from (${judged}) judged where reason is not null and ${campaign.endedAt === null}
    group by 2
    order by 3 desc, 2`);
  const counted = (status: Row['status']) =>
    rows.flatMap((row) => (row.status === status ? [{ reason: row.reason ?? 'unknown', count: row.count }] : []));
  return {
    excluded: campaign.excluded,
    skipped: counted('skipped'),
    failed: counted('failed'),
    suppressed: counted('suppressed'),
  };
}

/**
 * What `suppressionSql` says of one, of all who wait. List and people are sorted by address together: unlike a join, that has but one
 * plan, also where nothing is analysed yet.
 */
function judgeWaiting({ clock }: AppContext, { id, organizationId, audience }: Campaign): SQL {
  const organization = sql`${organizationId}::uuid`;
  return sql`
    with addressed as (
      select r.id as recipient, c.id is null as gone, c.phone is distinct from r.address and not exists (
          select from customer_addresses a where a.customer_id = c.id and a.kind = 'phone' and a.address = r.address) as changed,
        place, false as black, false as gray
      from campaign_recipients r
      left join lateral (
        select id, organization_id, phone, deleted_at from customers where id = r.customer_id offset 0
      ) c on c.organization_id = r.organization_id and c.deleted_at is null
      cross join lateral (
        select kind || ' ' || hash as place from customer_addresses where customer_id = c.id
        union all select 'phone ' || address_hash(${organization}, r.address) union all select 'email ' || address_hash(${organization}, r.variables ->> 'email')
        offset 0) his
      where r.campaign_id = ${id} and r.status in ('queued', 'sending') and place is not null
      union all
      select null, false, false, coalesce('phone ' || phone_hash, 'email ' || email_hash), level = 'blacklist', level = 'graylist' and phone_hash is not null
      from suppressions where organization_id = ${organization} and scope = 'all'
        and (expires_at is null or expires_at > ${clock.now().toISOString()}::timestamptz)
    ), marked as (
      select recipient, gone, changed, bool_or(black) over same as black, bool_or(gray) over same as gray from addressed
      window same as (partition by place)
    )
    select case
      when bool_or(gone) then 'customer-deleted'
      when bool_or(black) then 'blacklisted'
      when bool_or(changed) then 'phone-changed'
      when ${audience.includeGraylisted !== true} and bool_or(gray) then 'graylisted'
    end as reason from marked where recipient is not null group by recipient`;
}

/** Of an email campaign those are judged who are next. */
function judgeMails({ clock }: AppContext, { id, organizationId, audience }: Campaign): SQL {
  const asked = {
    organizationId,
    customerId: sql`r.customer_id`,
    address: sql`r.address`,
    includeGraylisted: audience.includeGraylisted ?? false,
  };
  return sql`
    select ${emailBarSql(clock.now(), asked)} as reason from (
      select customer_id, address from campaign_recipients where campaign_id = ${id} and status in ('queued', 'sending')
      order by position limit ${MAILS_JUDGED}
    ) r`;
}
