import { and, eq, isNull } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { campaigns } from '#src/db/schema/campaigns.ts';
import { readSendingRules } from '#src/windows/read-sending-rules.ts';
import { nextOpening } from '#src/windows/sending-window.ts';

/**
 * Campaigns that had no time to go on because their user's window never opened get one when it does again.
 * @returns how many did.
 */
export async function scheduleStranded(ctx: AppContext): Promise<number> {
  const stranded = and(
    eq(campaigns.status, 'pending'),
    isNull(campaigns.nextRunAt),
    eq(campaigns.statusReason, 'outside-sending-window'),
  );
  const users = await ctx.db.selectDistinct({ id: campaigns.userId }).from(campaigns).where(stranded).limit(500);
  let scheduled = 0;
  for (const { id } of users) {
    const { startWindow } = await readSendingRules(ctx, id);
    const nextRunAt = nextOpening(startWindow, ctx.clock.now());
    if (!nextRunAt) continue;
    const changed = await ctx.db
      .update(campaigns)
      .set({ nextRunAt, updatedAt: ctx.clock.now() })
      .where(and(stranded, eq(campaigns.userId, id)))
      .returning({ id: campaigns.id });
    scheduled += changed.length;
  }
  return scheduled;
}
