import { sql } from 'drizzle-orm';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { appendTransaction } from './append-transaction.ts';
import { lockHold } from './lock-hold.ts';
import { publishCreditsChanged } from './publish-credits-changed.ts';
import { warnOfLowCredits } from './warn-of-low-credits.ts';

/**
 * One credit for a message that was sent and whose campaign holds none for it any more: from what is available, in a line
 * of its own with `note`; the hold counts it as held, captured and settled. False, and written down why, when nothing is available: then it is
 * free of charge. Once per message is the caller's part, as with captureCredit.
 */
export const chargeLateMessage = (
  ctx: OrgContext,
  input: { campaignId: string; messageId: string; round: number; note: string },
): Promise<boolean> =>
  inTransaction(ctx, async (ctx) => {
    const { campaignId, messageId } = input;
    const hold = await lockHold(ctx, campaignId);
    const line = hold && (await appendTransaction(ctx, { ...input, userId: hold.userId, type: 'message', amount: -1 }));
    if (line) {
      await ctx.db.execute(sql`
        update credit_holds set held_credits = held_credits + 1, captured_credits = captured_credits + 1, settled_credits = settled_credits + 1
        where campaign_id = ${campaignId} and organization_id = ${ctx.organizationId}`);
      await publishCreditsChanged(ctx, hold.userId);
      await warnOfLowCredits(ctx, hold.userId, 1);
    }
    await recordActivity(ctx, {
      verb: line ? 'credits.charge-late' : 'credits.waive-late',
      subjectType: 'campaign',
      subjectId: campaignId,
      details: { messageId, reason: line ? 'hold-released' : 'nothing-available' },
    });
    return line !== null;
  });
