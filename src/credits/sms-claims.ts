import { type SQL, sql } from 'drizzle-orm';

/**
 * What SMS say about their credits, as `messageClaims` does of messages: all that one costs is held while it may still be sent, and for no other;
 * none that costs something waits without.
 */
export const smsClaims = (only: (column: SQL) => SQL): SQL => sql`
  select h.user_id, null::uuid, 'credits are held for SMS that may still be sent', 0::numeric, count(*)::numeric
  from credit_holds h join sms_messages m on m.id = h.sms_id
  where h.status = 'open' and m.status not in ('queued', 'sending', 'unknown') and ${only(sql`h.user_id`)}
  group by h.user_id
  union all
  select m.user_id, null::uuid, 'SMS that wait to be sent have all of their credits held', 0::numeric, count(*)::numeric
  from sms_messages m left join credit_holds h on h.sms_id = m.id
  where m.status in ('queued', 'sending') and m.cost_credits > 0 and ${only(sql`m.user_id`)}
    and (h.status is distinct from 'open' or h.held_credits <> m.cost_credits)
  group by m.user_id`;
