import { sql } from 'drizzle-orm';
import { type AppContext, inTransaction } from '#src/context.ts';
import { persist } from '#src/platform/persist.ts';
import { drawDelay } from '#src/windows/pace.ts';
import type { Claim } from './lane.ts';
import { publishMoves } from './publish-moves.ts';
import { releaseLanes } from './release-lanes.ts';
import { settleWhenDone } from './settle-when-done.ts';

const REASON = 'not-on-whatsapp';

/**
 * Skips a recipient who is not on WhatsApp: nothing was sent, nothing is spent. Where WhatsApp was `asked`, the lane waits as after
 * a message, so that questions keep the pace of messages.
 */
export const recordAbsence = (ctx: AppContext, claim: Claim, asked: boolean): Promise<void> =>
  persist(ctx.log, 'recipient not on WhatsApp', () =>
    inTransaction(ctx, async (ctx) => {
      const now = ctx.clock.now();
      const at = sql`${now.toISOString()}::timestamptz`;
      const [dropped] = await ctx.db.execute(sql`
        update messages set status = 'cancelled', status_reason = ${REASON}, updated_at = ${at}
        where id = ${claim.messageId} and fence = ${claim.fence} and status = 'sending' and dispatched_at is null returning id`);
      if (!dropped) return;
      await ctx.db.execute(sql`
        update campaign_recipients set status = 'skipped', status_reason = ${REASON}, updated_at = ${at}
        where id = ${claim.recipientId} and status <> 'skipped'`);
      await publishMoves(ctx, [{ ...claim, id: claim.messageId, status: 'cancelled' }]);
      if (claim.campaignId) await settleWhenDone(ctx, claim.campaignId);
      const wait = asked ? drawDelay(claim.delay.minSeconds, claim.delay.maxSeconds, Math.random) : 0;
      await releaseLanes(ctx, [{ claim, nextAllowedAt: new Date(now.getTime() + wait) }]);
    }),
  );
