import { sql } from 'drizzle-orm';
import { barredSql } from '#src/accounts/barred-sql.ts';
import type { AppContext } from '#src/context.ts';
import { suppressionSql } from '#src/customers/suppression-sql.ts';
import type { SendingRules } from '#src/windows/read-sending-rules.ts';
import { isOpenAt } from '#src/windows/sending-window.ts';
import type { Claim } from './lane.ts';

/**
 * Writes down that the message is about to leave, checking once more that it may: from here on a crash makes it unknown.
 * False when the claim is no longer ours, or the campaign, the user, the list or the window says no by now.
 */
export async function markDispatched(ctx: AppContext, claim: Claim, { window }: SendingRules): Promise<boolean> {
  const at = ctx.clock.now();
  if (claim.campaignId !== null && !isOpenAt(window, at)) return false;
  const now = sql`${at.toISOString()}::timestamptz`;
  const { organizationId, customerId, address, includeGraylisted } = claim;
  const suppression = suppressionSql(
    at,
    { organizationId, customerId, phone: address, email: null },
    includeGraylisted,
  );
  const marked = await ctx.db.execute(sql`
    update messages m set dispatched_at = ${now}
    from lanes l
    where m.id = ${claim.messageId} and m.fence = ${claim.fence} and m.status = 'sending' and m.dispatched_at is null
      and l.instance_id = m.instance_id and l.fence = m.fence and l.in_flight_message_id = m.id and l.lease_until_at > ${now}
      and (m.campaign_id is null or exists (select from campaigns c
        where c.id = m.campaign_id and c.status = 'running' and (c.valid_until_at is null or c.valid_until_at > ${now})))
      and ${barredSql(at, sql`m.user_id`, sql`m.organization_id`)} is null
      and (l.user_id = m.user_id or ${barredSql(at, sql`l.user_id`, sql`m.organization_id`)} is null)
      and (m.purpose is not distinct from 'opt-out-reply' or (${suppression}) is null)
    returning m.id`);
  return marked.length === 1;
}
