import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';

/**
 * Shuts out, until the transaction ends, every transaction of a request of these users; waits for those that have begun. The one who does it
 * is only kept from being changed himself. In the order of ids, as `lock_standing` does, so that two of this kind never wait for each other.
 */
export async function lockAccounts(ctx: AppContext, userIds: string[], by: string): Promise<void> {
  const targets = new Set(userIds);
  for (const id of [...new Set([...userIds, by])].sort()) {
    const lock = sql.raw(targets.has(id) ? 'pg_advisory_xact_lock' : 'pg_advisory_xact_lock_shared');
    await ctx.db.execute(sql`select ${lock}(hashtextextended(${id}::text, 1))`);
  }
}
