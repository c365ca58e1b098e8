import { type SQL, sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { campaignClaims } from './campaign-claims.ts';
import { messageClaims } from './message-claims.ts';
import { smsClaims } from './sms-claims.ts';
import { transferClaims } from './transfer-claims.ts';

/** One thing that does not add up; `found` is what is stored, `expected` what the rows below it say. */
export type LedgerDifference = {
  userId: string;
  campaignId: string | null;
  /** Of what is about one single message. */
  messageId: string | null;
  /** Of what is about one SMS. */
  smsId: string | null;
  about: string;
  expected: number;
  found: number;
};

type Row = {
  user_id: string;
  campaign_id: string | null;
  message_id: string | null;
  sms_id: string | null;
  about: string;
  expected: string;
  found: string;
};

/**
 * Recomputes accounts (one user's, or all) from the statement, the holds and the messages, in one snapshot: a ledger in
 * order gives []. Statement lines must count 1, 2, 3 … with running balances; what a hold captured, less refunds, must
 * be the number of its campaign's messages that are captured and not refunded, and so must each recipient's; progress must
 * count its recipients; an ended campaign, once nothing happened to it for `quietMinutes`, holds nothing but for unknown messages. Single
 * messages and SMS have holds of their own, of which the same is true. A transfer has two lines that sum to nothing. Of a deleted
 * organization the messages are gone; the rest holds.
 */
export async function proveLedger(
  ctx: AppContext,
  input: { userId?: string; quietMinutes?: number } = {},
): Promise<LedgerDifference[]> {
  const quietSince = new Date(ctx.clock.now().getTime() - (input.quietMinutes ?? 15) * 60_000);
  const only = (column: SQL) => (input.userId === undefined ? sql`true` : sql`${column} = ${input.userId}::uuid`);
  const rows = await ctx.db.execute<Row>(sql`
    with statement as (
      select user_id, campaign_id, coalesce(campaign_id, message_id, sms_id) as subject, type, amount_credits, balance_after_credits, sequence,
        sum(amount_credits) over running as running, row_number() over running as position
      from credit_transactions where ${only(sql`user_id`)}
      window running as (partition by user_id order by sequence)
    ), holds as (
      select *, coalesce(campaign_id, message_id, sms_id) as subject, held_credits - captured_credits - released_credits as remaining
      from credit_holds where ${only(sql`user_id`)}
    ), accounts as (
      select * from credit_accounts where ${only(sql`user_id`)}
    ), lines as (
      select subject, -sum(amount_credits) filter (where type in ('campaign', 'message')) as spent,
        sum(amount_credits) filter (where type = 'refund') as refunded
      from statement where subject is not null group by subject
    ), sent as (
      select coalesce(campaign_id, id) as subject, count(*) as messages from messages
      where captured_at is not null and refunded_at is null and ${only(sql`user_id`)}
      group by coalesce(campaign_id, id)
      union all
      select id, cost_credits from sms_messages where captured_at is not null and refunded_at is null and ${only(sql`user_id`)}
    ), claims as (${accountClaims()} union all ${statementClaims()} union all ${holdClaims()}
      union all ${campaignClaims(only, quietSince)} union all ${messageClaims(only, quietSince)}
      union all ${smsClaims(only)} union all ${transferClaims(only)})
    select claims.user_id, case when h.id is null then claims.campaign_id end as campaign_id, h.message_id, h.sms_id, about, expected, found
    from claims left join credit_holds h on h.message_id = claims.campaign_id or h.sms_id = claims.campaign_id
    where expected is distinct from found order by user_id, claims.campaign_id, about`);
  return rows.map((row) => ({
    userId: row.user_id,
    campaignId: row.campaign_id,
    messageId: row.message_id,
    smsId: row.sms_id,
    about: row.about,
    expected: Number(row.expected),
    found: Number(row.found),
  }));
}

const accountClaims = (): SQL => sql`
  select a.user_id, null::uuid as campaign_id, claim.about, claim.expected::numeric, claim.found::numeric
  from accounts a
  left join lateral (select sum(amount_credits) as settled from statement s where s.user_id = a.user_id) s on true
  left join lateral (
    select sum(captured_credits - settled_credits) as unsettled, sum(remaining) as held
    from holds h where h.user_id = a.user_id and h.status = 'open') h on true
  cross join lateral (values
    ('account.settled = sum of the statement', coalesce(s.settled, 0), a.settled_credits),
    ('account.unsettled = captured by open holds', coalesce(h.unsettled, 0), a.unsettled_credits),
    ('account.held = remaining in open holds', coalesce(h.held, 0), a.held_credits),
    ('account.available is not below zero', 0, least(a.settled_credits - a.unsettled_credits - a.held_credits, 0))
  ) as claim (about, expected, found)`;

const statementClaims = (): SQL => sql`
  select user_id, campaign_id, claim.about, claim.expected::numeric, claim.found::numeric
  from statement
  cross join lateral (values
    ('statement.sequence has no gap', position, sequence),
    ('statement.balance_after is the running balance', running, balance_after_credits)
  ) as claim (about, expected, found)`;

const holdClaims = (): SQL => sql`
  select coalesce(h.user_id, sent_user.user_id), claim.subject, claim.about, claim.expected::numeric, claim.found::numeric
  from holds h
  full join lines l on l.subject = h.subject
  full join sent m on m.subject = coalesce(h.subject, l.subject)
  left join lateral (
    select user_id from credit_transactions where campaign_id = l.subject or message_id = l.subject or sms_id = l.subject
    union all select user_id from messages where campaign_id = m.subject or id = m.subject
    union all select user_id from sms_messages where id = m.subject limit 1) sent_user on h.user_id is null
  left join lateral (
    select true as so from organizations o where o.id = h.organization_id and o.deleted_at is not null) erased on true
  cross join lateral (values
    (coalesce(h.subject, l.subject, m.subject), 'hold.settled = the campaign in the statement', coalesce(l.spent, 0), coalesce(h.settled_credits, 0)),
    (coalesce(h.subject, l.subject, m.subject), 'hold.captured = messages captured and not given back',
      case when erased.so then h.captured_credits else coalesce(m.messages, 0) + coalesce(l.refunded, 0) end, coalesce(h.captured_credits, 0)),
    (h.subject, 'a settled hold has nothing left', 0, case when h.status = 'settled' then h.remaining + h.captured_credits - h.settled_credits else 0 end)
  ) as claim (subject, about, expected, found)`;
