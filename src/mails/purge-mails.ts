import { lt } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { mails } from '#src/db/schema/emails.ts';
import { keptSince } from '#src/settings/kept-since.ts';

/** Forgets the system's mails after a month, or as long as the platform's settings say. */
export async function purgeMails(ctx: AppContext): Promise<void> {
  await ctx.db.delete(mails).where(lt(mails.createdAt, await keptSince(ctx, 'systemMailsDays')));
}
