import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';

/** Enough to remember a million ids while they are compared. */
const WORK_MEM = '64MB';

/**
 * Runs a read of many rows by itself: planned for its own values each time (what fits one filter is far off for another), with room
 * to remember what it compares.
 */
export const readByPlan = <C extends AppContext, T>(ctx: C, read: (ctx: C) => Promise<T>): Promise<T> =>
  ctx.db.transaction(async (tx) => {
    await tx.execute(sql`
      select set_config('plan_cache_mode', 'force_custom_plan', true), set_config('work_mem', ${WORK_MEM}, true)`);
    return read({ ...ctx, db: tx });
  });
