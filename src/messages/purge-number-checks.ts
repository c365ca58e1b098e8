import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { GOOD_FOR_MS } from './remember-number.ts';

const AT_ONCE = 5_000;

/** Deletes what was said of numbers so long ago that it is asked anew; the oldest first, so many at once. Answers how many. */
export async function purgeNumberChecks(ctx: AppContext): Promise<number> {
  const before = new Date(ctx.clock.now().getTime() - GOOD_FOR_MS.on);
  const purged = await ctx.db.execute(sql`
    delete from number_checks where phone in (
      select phone from number_checks where checked_at <= ${before.toISOString()}::timestamptz
      order by checked_at limit ${AT_ONCE} for update skip locked)`);
  return purged.count;
}
