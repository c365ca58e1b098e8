import { sql } from 'drizzle-orm';
import { barredSql } from '#src/accounts/barred-sql.ts';
import type { AppContext } from '#src/context.ts';
import { suppressionSql } from '#src/customers/suppression-sql.ts';
import type { SendingRules } from '#src/windows/read-sending-rules.ts';
import { isOpenAt } from '#src/windows/sending-window.ts';
import { type Claim, callMs, leaseMs } from './lane.ts';

/** A claim that is ready to be sent, and the rules as of now. */
export type Departure = { claim: Claim; rules: Pick<SendingRules, 'window'> };

/**
 * Writes down that messages are about to leave, checking of each once more that it may: from here on a crash makes them unknown. A lease
 * that the call might outlast (who prepared it was slow) is renewed first, for nobody else may send on the lane meanwhile.
 * Answers for each in order; false when the claim is no longer ours, or the campaign, the user, the list, the window or the platform says no by now.
 */
export async function markDispatched(ctx: AppContext, departures: Departure[]): Promise<boolean[]> {
  const at = ctx.clock.now();
  const open = departures.filter(({ claim, rules }) => claim.campaignId === null || isOpenAt(rules.window, at));
  if (open.length === 0) return departures.map(() => false);
  const given = open.map(({ claim }) => ({
    id: claim.messageId,
    fence: claim.fence,
    organization_id: claim.organizationId,
    customer_id: claim.customerId,
    address: claim.address,
    graylisted: claim.includeGraylisted,
    instance_id: claim.instanceId,
    call_ends_at: new Date(at.getTime() + callMs(claim.kind, ctx.config.recoverySpeed)).toISOString(),
    lease_until_at: new Date(at.getTime() + leaseMs(claim.kind, ctx.config.recoverySpeed)).toISOString(),
  }));
  const asked = {
    organizationId: sql`g.organization_id`,
    customerId: sql`g.customer_id`,
    phone: sql`g.address`,
    email: null,
  };
  const now = sql`${at.toISOString()}::timestamptz`;
  const marked = await ctx.db.execute<{ id: string }>(sql`
    with g as materialized (
      select * from jsonb_to_recordset(${JSON.stringify(given)}::jsonb) as g(id uuid, fence int, organization_id uuid, customer_id uuid,
        address text, graylisted boolean, instance_id uuid, call_ends_at timestamptz, lease_until_at timestamptz)
    ), renewed as (
      update lanes l set lease_until_at = g.lease_until_at, due_at = g.lease_until_at from g
      where l.instance_id = g.instance_id and l.fence = g.fence and l.in_flight_message_id = g.id
        and l.lease_until_at > ${now} and l.lease_until_at < g.call_ends_at returning l.instance_id
    )
    update messages m set dispatched_at = ${now} from g, lanes l
    where (select count(*) from renewed) >= 0 and m.id = g.id and m.fence = g.fence and m.status = 'sending' and m.dispatched_at is null
      and l.instance_id = m.instance_id and l.fence = m.fence and l.in_flight_message_id = m.id and l.lease_until_at > ${now}
      and (m.campaign_id is null or exists (select from campaigns c
        where c.id = m.campaign_id and c.status = 'running' and (c.valid_until_at is null or c.valid_until_at > ${now})))
      and not exists (select from platform_settings p where p.id = 1 and p.features ->> 'whatsapp' = 'false')
      and ${barredSql(at, sql`m.user_id`, sql`m.organization_id`)} is null
      and (l.user_id = m.user_id or ${barredSql(at, sql`l.user_id`, sql`m.organization_id`)} is null)
      and (m.purpose is not distinct from 'opt-out-reply' or (${suppressionSql(at, asked, sql`g.graylisted`)}) is null)
    returning m.id`);
  const leaving = new Set(marked.map(({ id }) => id));
  return departures.map(({ claim }) => leaving.has(claim.messageId));
}
