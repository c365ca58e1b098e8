import { and, eq, isNull } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { sendingIdentities } from '#src/db/schema/emails.ts';

/** Has SES forget a domain that nobody sends from any more. Throws when SES does not answer, to be tried again. */
export async function releaseDomain(ctx: AppContext, domain: string): Promise<void> {
  if (!ctx.carriers.ses) return;
  const used = and(eq(sendingIdentities.domain, domain), isNull(sendingIdentities.deletedAt));
  if ((await ctx.db.$count(sendingIdentities, used)) > 0) return;
  const removed = await ctx.carriers.ses.remove(domain);
  if (removed.kind !== 'accepted') throw new Error(`SES did not forget ${domain}: ${removed.cause}`);
}
