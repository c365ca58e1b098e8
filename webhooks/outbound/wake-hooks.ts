import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';

/** The trigger that queues deliveries says it on this channel, too. */
export const HOOKS_CHANNEL = 'webhooks';

/** Tells every worker that something may be due, once the surrounding transaction has committed. */
export async function wakeHooks(ctx: AppContext): Promise<void> {
  await ctx.db.execute(sql`select pg_notify(${HOOKS_CHANNEL}, '')`);
}
