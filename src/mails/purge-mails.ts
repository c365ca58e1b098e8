import { lt } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { mails } from '#src/db/schema/emails.ts';

const KEPT_MS = 30 * 86_400_000;

/** Forgets the system's mails after a month. */
export async function purgeMails(ctx: AppContext): Promise<void> {
  await ctx.db.delete(mails).where(lt(mails.createdAt, new Date(ctx.clock.now().getTime() - KEPT_MS)));
}
