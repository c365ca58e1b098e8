import { and, eq, gt, isNull, or } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { campaigns } from '#src/db/schema/campaigns.ts';
import { nextOpening } from '#src/windows/sending-window.ts';
import { readStartWindow } from './read-start-window.ts';

const waiting = and(eq(campaigns.status, 'pending'), eq(campaigns.statusReason, 'outside-sending-window'));
/** By email they wait for hours that the owner may change for all. */
const stranded = and(waiting, or(isNull(campaigns.nextRunAt), eq(campaigns.channel, 'email')));

/**
 * Campaigns that had no time to go on because their window never opened get one when it does again; those by email an earlier one
 * when the organization's window opens earlier than it did.
 * @returns how many did.
 */
export async function scheduleStranded(ctx: AppContext): Promise<number> {
  const { channel, userId, organizationId } = campaigns;
  const owners = await ctx.db
    .selectDistinct({ channel, userId, organizationId })
    .from(campaigns)
    .where(stranded)
    .limit(500);
  let scheduled = 0;
  for (const owner of owners) {
    const nextRunAt = nextOpening(await readStartWindow(ctx, owner), ctx.clock.now());
    if (!nextRunAt) continue;
    const changed = await ctx.db
      .update(campaigns)
      .set({ nextRunAt, updatedAt: ctx.clock.now() })
      .where(
        and(
          stranded,
          eq(campaigns.userId, owner.userId),
          eq(campaigns.channel, owner.channel),
          or(isNull(campaigns.nextRunAt), gt(campaigns.nextRunAt, nextRunAt)),
        ),
      )
      .returning({ id: campaigns.id });
    scheduled += changed.length;
  }
  return scheduled;
}
