import { type SQL, sql } from 'drizzle-orm';

/** Over so many minutes it is counted how fast a campaign sends. */
export const RATE_MINUTES = 15;

/** How many messages of campaign `c` left in the last minutes: by its number's index, or of its mails by their own. */
export function sentLately(now: Date): SQL {
  const since = sql`${new Date(now.getTime() - RATE_MINUTES * 60_000).toISOString()}::timestamptz`;
  return sql`case when c.channel = 'whatsapp'
    then (select count(*)::int from messages m where m.instance_id = c.instance_id and m.dispatched_at > ${since} and m.campaign_id = c.id)
    else (select count(*)::int from campaign_recipients r where r.campaign_id = c.id and r.batch is not null and r.dispatched_at > ${since}) end`;
}
