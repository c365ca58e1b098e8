import { sql } from 'drizzle-orm';
import { frozenColumns } from '#src/campaigns/recipient-columns.ts';
import type { Carrier, RawMail } from '#src/channels/email/carrier.ts';
import type { MailOutcome } from '#src/channels/email/mail-outcome.ts';
import { campaignProgress, campaigns } from '#src/db/schema/campaigns.ts';
import type { Mailing } from '#src/emails/mailing.ts';
import { snapshotAddressees } from '#src/emails/snapshot-addressees.ts';
import { newId } from '#src/platform/ids.ts';
import type { Member } from '#test/support/cast.ts';
import type { World } from '#test/support/world.ts';

/** A carrier that counts, and answers as it is told. */
export type CountingCarrier = Carrier & {
  sent: RawMail[];
  answer: (mail: RawMail) => Promise<MailOutcome> | MailOutcome;
};

export function countingCarrier(): CountingCarrier {
  const carrier: CountingCarrier = {
    kind: 'sandbox',
    key: 'counting',
    width: 5,
    timeoutMs: 1000,
    sent: [],
    answer: () => ({ kind: 'accepted', value: { providerMessageId: null } }),
    async send(mail) {
      const outcome = await carrier.answer(mail);
      if (outcome.kind === 'accepted') carrier.sent.push(mail);
      return outcome;
    },
    close: async () => {},
  };
  return carrier;
}

/** Customers with an address and consent, in bulk. */
export async function createAddressees(world: World, member: Member, count: number, prefix = 'm'): Promise<string> {
  const groupId = newId();
  await world.ctx.db.execute(sql`
    with made as (
      insert into customers (organization_id, first_name, email)
      select ${member.organizationId}, 'Müşteri ' || i, ${prefix}::text || i || '@example.com' from generate_series(1, ${count}) i returning id
    ), agreed as (
      insert into consents (organization_id, customer_id, channel, state, source, given_at, actor_type)
      select ${member.organizationId}, id, 'email', 'given', 'form', '2026-01-01T00:00:00Z', 'user' from made
    ), grouped as (
      insert into groups (id, organization_id, name) values (${groupId}, ${member.organizationId}, ${groupId}) returning id
    )
    insert into group_members (group_id, customer_id, organization_id)
    select grouped.id, made.id, ${member.organizationId} from grouped, made`);
  return groupId;
}

/** A running email campaign to everybody in the group. */
export async function createMailing(
  world: World,
  member: Member,
  groupId: string,
  carrier: Carrier,
): Promise<{ id: string; mailing: Mailing }> {
  const id = newId();
  const now = world.clock.now();
  await world.ctx.db.insert(campaigns).values({
    id,
    organizationId: member.organizationId,
    userId: member.userId,
    channel: 'email',
    name: 'Bahar',
    status: 'running',
    plan: [],
    messagesPerRecipient: 1,
    audience: { groupIds: [groupId] },
    startAt: now,
    startedAt: now,
  });
  await world.ctx.db.insert(campaignProgress).values({ campaignId: id, organizationId: member.organizationId });
  await snapshotAddressees(member.ctx, id, { audience: { groupIds: [groupId] }, columns: frozenColumns(id) });
  const mailing: Mailing = {
    campaignId: id,
    trail: {},
    version: newId(),
    carrier,
    window: null,
    test: null,
    compose: ({ recipientId, address }) => ({ from: 'a@example.com', to: address, raw: 'x', messageId: recipientId }),
  };
  return { id, mailing };
}

export async function countsOf(world: World, campaignId: string): Promise<Record<string, number>> {
  const rows = await world.ctx.db.execute<{ status: string; count: number }>(
    sql`select status, count(*)::int as count from campaign_recipients where campaign_id = ${campaignId} group by 1`,
  );
  return Object.fromEntries(rows.map(({ status, count }) => [status, count]));
}
