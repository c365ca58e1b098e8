import { type SQL, sql } from 'drizzle-orm';

/**
 * What single messages say about their credits, as rows (user_id, campaign_id, about, expected, found) for `proveLedger`: a credit is held
 * while a message may still be sent and for no other; one on its way out or waiting to has one, as it was asked for.
 */
export const messageClaims = (only: (column: SQL) => SQL, quietSince: Date): SQL => sql`
  select h.user_id, null::uuid, 'a credit is held for single messages that may still be sent', 0::numeric, count(*)::numeric
  from credit_holds h join messages m on m.id = h.message_id
  where h.status = 'open' and m.status not in ('queued', 'sending', 'unknown') and ${only(sql`h.user_id`)}
    and m.updated_at <= ${quietSince.toISOString()}::timestamptz
  group by h.user_id
  union all
  select h.user_id, null::uuid, 'single messages that wait to be sent have their credit held', 0::numeric, count(*)::numeric
  from credit_holds h join messages m on m.id = h.message_id
  where h.status = 'settled' and m.status in ('queued', 'sending') and ${only(sql`h.user_id`)}
  group by h.user_id`;
