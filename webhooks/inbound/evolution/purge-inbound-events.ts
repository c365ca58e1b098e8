import { lt } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { purgeApplied } from '#src/db/purge-applied.ts';
import { earlyAmendments } from '#src/db/schema/conversations.ts';

const KEPT_DAYS = 7;

/** Forgets webhooks that were applied more than a week ago, and edits of messages that have not come in that time. */
export async function purgeInboundEvents({ db, clock }: AppContext): Promise<void> {
  const before = new Date(clock.now().getTime() - KEPT_DAYS * 86_400_000);
  await purgeApplied(db, 'inbound_events', before);
  await db.delete(earlyAmendments).where(lt(earlyAmendments.createdAt, before));
}
