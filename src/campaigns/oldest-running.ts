import { type SQL, sql } from 'drizzle-orm';

/** A SELECT of the id of the campaign that a lane sends for: the one that started first and has somebody left. */
export const oldestRunning = (instanceId: SQL | string, now: Date): SQL => sql`
  select c.id from campaigns c join campaign_progress p on p.campaign_id = c.id
  where c.instance_id = ${instanceId} and c.status = 'running' and p.queued_count + p.sending_count > 0
    and (c.valid_until_at is null or c.valid_until_at > ${now.toISOString()}::timestamptz)
  order by c.start_at, c.id limit 1`;
