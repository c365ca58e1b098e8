import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { wakeMail } from './wake-mail.ts';

/** Has an email campaign that runs from now on mailed, and its subject test decided in due time. */
export async function startMailing(ctx: AppContext, { id }: { id: string }): Promise<void> {
  await ctx.db.execute(sql`
    update subject_tests set decide_at = ${ctx.clock.now().toISOString()}::timestamptz + after_minutes * interval '1 minute'
    where campaign_id = ${id} and decide_at is null and winner_by <> 'hand'`);
  await wakeMail(ctx);
}
