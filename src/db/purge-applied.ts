import { sql } from 'drizzle-orm';
import type { Db } from './client.ts';

const AT_ONCE = 5_000;

/** Forgets events that were applied before an instant, a few thousand in a statement. */
export async function purgeApplied(db: Db, table: 'carrier_events' | 'inbound_events', before: Date): Promise<void> {
  const events = sql.identifier(table);
  for (let gone = AT_ONCE; gone === AT_ONCE; ) {
    const rows = await db.execute(sql`
      delete from ${events} where id in (
        select id from ${events} where applied_at < ${before.toISOString()}::timestamptz order by applied_at limit ${AT_ONCE}
      ) returning id`);
    gone = rows.length;
  }
}
