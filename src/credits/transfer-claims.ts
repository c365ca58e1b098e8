import { type SQL, sql } from 'drizzle-orm';

/** What transfers say, as `messageClaims` does: what leaves one account enters another of the same organization, in two lines. */
export const transferClaims = (only: (column: SQL) => SQL): SQL => sql`
  select t.user_id, null::uuid, claim.about, claim.expected::numeric, claim.found::numeric
  from credit_transactions t
  left join lateral (
    select count(*) as lines, sum(o.amount_credits) as sum, count(distinct o.organization_id) as organizations
    from credit_transactions o where o.transfer_id = t.transfer_id
  ) both_lines on true
  cross join lateral (values
    ('a transfer has two lines', 2, both_lines.lines),
    ('a transfer neither makes credits nor loses any', 0, both_lines.sum),
    ('a transfer stays in its organization', 1, both_lines.organizations)
  ) as claim (about, expected, found)
  where t.type = 'transfer' and ${only(sql`t.user_id`)}`;
