import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { messages } from '#src/db/schema/messages.ts';
import { confirmSent } from './confirm-sent.ts';
import { reconcileUnknown } from './reconcile-unknown.ts';

const AT_ONCE = 10;
/** Longer than asking Evolution can take; a look that was cut off is taken again after it. */
const LEASE_SECONDS = 120;

/**
 * Looks into messages whose outcome is not known, and into those sent that nobody acknowledged, as far as they are due.
 * Each is taken by one process at a time; no transaction is open while Evolution is asked.
 * @returns how many were looked into.
 */
export async function reconcileDue(ctx: AppContext): Promise<number> {
  const now = ctx.clock.now();
  const leased = new Date(now.getTime() + (LEASE_SECONDS * 1000) / ctx.config.recoverySpeed);
  const due = await ctx.db
    .update(messages)
    .set({ reconcileAt: leased })
    .where(
      sql`${messages.id} in (
        select id from messages where reconcile_at <= ${now.toISOString()}::timestamptz
        order by reconcile_at limit ${AT_ONCE} for update skip locked)`,
    )
    .returning();
  for (const message of due) {
    if (message.status === 'unknown') await reconcileUnknown(ctx, message);
    else await confirmSent(ctx, message);
  }
  return due.length;
}
