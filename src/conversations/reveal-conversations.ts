import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import type { Reply } from './attribute-replies.ts';
import type { LearntLid } from './learn-lids.ts';
import type { Speaker } from './person.ts';
import type { Place } from './place-conversations.ts';

/** Those who were known by a hidden number only and whose phones have just been learnt, in each conversation they have. */
export async function findRevealed(ctx: AppContext, learnt: LearntLid[]): Promise<Speaker[]> {
  if (learnt.length === 0) return [];
  const rows = await ctx.db.execute<{
    organization_id: string;
    instance_id: string;
    lid: string;
    phone: string;
    last_message_at: string;
  }>(sql`
    select v.organization_id, v.instance_id, v.lid, l.phone, v.last_message_at
    from jsonb_to_recordset(${JSON.stringify(learnt)}::jsonb) as l("organizationId" uuid, lid text, phone text)
    join instances i on i.organization_id = l."organizationId" join conversations v on v.instance_id = i.id and v.lid = l.lid`);
  return rows.map((row) => ({
    organizationId: row.organization_id,
    instanceId: row.instance_id,
    lid: row.lid,
    phone: row.phone,
    profileName: null,
    at: new Date(row.last_message_at),
  }));
}

/** A message whose sender was hidden until now. */
export type RevealedMessage = Reply & { providerMessageId: string; phone: string; body: string | null; kind: string };

/** Gives messages of those conversations the phones and customers that are known by now; answers what had come in. */
export async function revealMessages(ctx: AppContext, places: Place[]): Promise<RevealedMessage[]> {
  const given = places
    .filter(({ address }) => address.startsWith('+'))
    .map(({ conversationId, address, customerId }) => ({ id: conversationId, address, customer_id: customerId }));
  if (given.length === 0) return [];
  const rows = await ctx.db.execute<{
    id: string;
    organization_id: string;
    instance_id: string;
    provider_message_id: string;
    customer_id: string | null;
    in_reply_to: string | null;
    said_at: string;
    address: string;
    body: string | null;
    kind: string;
    direction: string;
  }>(sql`
    update messages m set address = g.address, customer_id = coalesce(m.customer_id, g.customer_id)
    from jsonb_to_recordset(${JSON.stringify(given)}::jsonb) as g(id uuid, address text, customer_id uuid)
    where m.conversation_id = g.id and m.address like '%@lid'
    returning m.id, m.organization_id, m.instance_id, m.provider_message_id, m.customer_id, m.in_reply_to, m.said_at, m.address, m.body, m.kind, m.direction`);
  return rows
    .filter(({ direction }) => direction === 'in')
    .map((row) => ({
      messageId: row.id,
      organizationId: row.organization_id,
      instanceId: row.instance_id,
      providerMessageId: row.provider_message_id,
      customerId: row.customer_id,
      inReplyTo: row.in_reply_to,
      saidAt: new Date(row.said_at),
      phone: row.address,
      body: row.body,
      kind: row.kind,
    }));
}
