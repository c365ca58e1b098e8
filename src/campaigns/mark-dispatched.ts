import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { suppressionOf } from '#src/customers/is-suppressed.ts';
import { readSendingRules } from '#src/windows/read-sending-rules.ts';
import { isOpenAt } from '#src/windows/sending-window.ts';
import type { Claim } from './lane.ts';

/**
 * Writes down that the message is about to leave, checking once more that it may: from here on a crash makes it unknown.
 * False when the claim is no longer ours, or the campaign, the list or the window says no by now.
 */
export async function markDispatched(ctx: AppContext, claim: Claim): Promise<boolean> {
  const now = ctx.clock.now();
  const { window } = await readSendingRules(ctx, claim.userId);
  if (!isOpenAt(window, now) || (await isSuppressed(ctx, claim))) return false;
  const marked = await ctx.db.execute(sql`
    update messages m set dispatched_at = ${now.toISOString()}::timestamptz
    from lanes l, campaigns c, users u
    where m.id = ${claim.messageId} and m.fence = ${claim.fence} and m.status = 'sending' and m.dispatched_at is null
      and l.instance_id = m.instance_id and l.fence = m.fence and l.in_flight_message_id = m.id
      and l.lease_until_at > ${now.toISOString()}::timestamptz
      and c.id = m.campaign_id and c.status = 'running'
      and u.id = m.user_id and not (u.banned and (u.ban_expires is null or u.ban_expires > ${now.toISOString()}::timestamptz))
    returning m.id`);
  return marked.length === 1;
}

const isSuppressed = async (
  ctx: AppContext,
  { organizationId, customerId, address, includeGraylisted }: Claim,
): Promise<boolean> =>
  (await suppressionOf(ctx, { organizationId, customerId, phone: address, email: null, includeGraylisted })) !== null;
