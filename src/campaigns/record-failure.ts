import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { releaseMessageCredits } from '#src/credits/release-message-credits.ts';
import { nextLook } from '#src/messages/next-look.ts';
import { followRecipients } from './follow-recipients.ts';
import type { Claim } from './lane.ts';
import { publishMoves } from './publish-moves.ts';
import { settleWhenDone } from './settle-when-done.ts';

/**
 * The message certainly did not go out (`failed`), or nobody knows (`unknown`). No credit is spent, and a single message that failed gives
 * its own back; the rest go on.
 */
export async function recordFailure(
  ctx: AppContext,
  claim: Claim,
  status: 'failed' | 'unknown',
  reason: string,
): Promise<void> {
  const now = sql`${ctx.clock.now().toISOString()}::timestamptz`;
  const [written] = await ctx.db.execute(sql`
    update messages set status = ${status}, status_reason = ${reason}, updated_at = ${now},
      failed_at = case when ${status} = 'failed' then ${now} end,
      reconcile_at = ${status === 'unknown' ? nextLook(ctx, 'unknown', 0, ctx.clock.now())!.toISOString() : null}::timestamptz, reconcile_tries = 0
    where id = ${claim.messageId} and fence = ${claim.fence} and status = 'sending' returning id`);
  if (!written) return;
  if (claim.recipientId) await followRecipients(ctx, [claim.recipientId]);
  if (!claim.campaignId && status === 'failed') await releaseMessageCredits(ctx, [claim.messageId]);
  await publishMoves(ctx, [{ ...claim, id: claim.messageId, status }]);
  if (claim.campaignId) await settleWhenDone(ctx, claim.campaignId);
}
