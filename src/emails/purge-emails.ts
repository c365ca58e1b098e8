import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';

/** SNS tries for an hour; a carrier that repeats itself later than that is not known again. */
const KEPT_DAYS = 7;
const AT_ONCE = 5_000;

/** Forgets carrier events that were applied more than a week ago, a few thousand in a statement. */
export async function purgeEmails(ctx: AppContext): Promise<void> {
  const before = new Date(ctx.clock.now().getTime() - KEPT_DAYS * 86_400_000).toISOString();
  for (let gone = AT_ONCE; gone === AT_ONCE; ) {
    const rows = await ctx.db.execute(sql`
      delete from carrier_events where id in (
        select id from carrier_events where applied_at < ${before}::timestamptz order by applied_at limit ${AT_ONCE}
      ) returning id`);
    gone = rows.length;
  }
}
