import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';

/** The PostgreSQL channel on which mail pumps are woken. */
export const MAIL_CHANNEL = 'ulak_mail';

/** Has a worker look for due batches now. */
export async function wakeMail(ctx: AppContext): Promise<void> {
  await ctx.db.execute(sql`select pg_notify(${MAIL_CHANNEL}, '')`);
}
