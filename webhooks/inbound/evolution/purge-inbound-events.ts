import { lt } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { purgeApplied } from '#src/db/purge-applied.ts';
import { earlyAmendments } from '#src/db/schema/conversations.ts';
import { keptSince } from '#src/settings/kept-since.ts';

/**
 * Forgets webhooks that were applied more than a week ago, or as long as the platform's settings say, and edits of messages that have not come in
 * that time.
 */
export async function purgeInboundEvents(ctx: AppContext): Promise<void> {
  const before = await keptSince(ctx, 'inboundWebhooksDays');
  await purgeApplied(ctx.db, 'inbound_events', before);
  await ctx.db.delete(earlyAmendments).where(lt(earlyAmendments.createdAt, before));
}
