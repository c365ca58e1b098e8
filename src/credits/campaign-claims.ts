import { type SQL, sql } from 'drizzle-orm';

const counted = ['queued', 'sending', 'sent', 'delivered', 'read', 'failed', 'skipped', 'unknown'];

/**
 * What campaigns say about money and progress, against the rows below them, as rows (user_id, campaign_id, about, expected,
 * found) for `proveLedger`. `only` restricts to users. `quietSince`: a campaign that anything happened to after it may still
 * be about to settle.
 */
export const campaignClaims = (only: (column: SQL) => SQL, quietSince: Date): SQL =>
  sql.join([progressClaims(only), recipientClaims(only), endedClaims(only, quietSince)], sql` union all `);

const progressClaims = (only: (column: SQL) => SQL): SQL => sql`
  select c.user_id, c.id, claim.about, claim.expected::numeric, claim.found::numeric
  from campaigns c join campaign_progress p on p.campaign_id = c.id
  left join lateral (
    select ${sql.join(
      counted.map((status) => sql`count(*) filter (where status = ${status}) as ${sql.identifier(status)}`),
      sql`, `,
    )} from campaign_recipients r where r.campaign_id = c.id) actual on true
  cross join lateral (values ${sql.join(
    counted.map(
      (status) =>
        sql`(${`progress.${status} = recipients ${status}`}, actual.${sql.identifier(status)}, p.${sql.identifier(`${status}_count`)})`,
    ),
    sql`, `,
  )}) as claim (about, expected, found)
  where ${only(sql`c.user_id`)}`;

const recipientClaims = (only: (column: SQL) => SQL): SQL => sql`
  select c.user_id, c.id, 'recipients whose spent credits are not their paid messages', 0::numeric, count(*)::numeric
  from campaigns c join campaign_recipients r on r.campaign_id = c.id
  left join lateral (
    select count(*) as paid from messages m where m.recipient_id = r.id and m.captured_at is not null and m.refunded_at is null
  ) m on true
  where r.spent_credits <> m.paid and ${only(sql`c.user_id`)}
  group by c.user_id, c.id`;

const endedClaims = (only: (column: SQL) => SQL, quietSince: Date): SQL => sql`
  select c.user_id, c.id, 'an ended campaign holds nothing but for unknown messages', 0::numeric,
    greatest(h.held_credits - h.captured_credits - h.released_credits - m.unknown, 0)::numeric
  from campaigns c join credit_holds h on h.campaign_id = c.id
  cross join lateral (
    select count(*) filter (where status = 'unknown') as unknown, count(*) filter (where status = 'sending') as sending,
      max(updated_at) as moved_at
    from messages where campaign_id = c.id) m
  where c.ended_at is not null and ${only(sql`c.user_id`)}
    and (c.settled_at is not null or (m.sending = 0 and greatest(c.updated_at, m.moved_at) <= ${quietSince.toISOString()}::timestamptz))`;
