import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { numberKey, type Speaker, spellingsOf } from './person.ts';

export type ConversationRow = { id: string; phone: string | null; lid: string | null; customerId: string | null };

/** A speaker, the customer who has that phone as his first or as another, and the conversations that are this person's: none, one, or several to be merged. */
export type Found = Speaker & {
  key: string;
  customerId: string | null;
  customerPhone: string | null;
  customerSearch: string | null;
  conversations: ConversationRow[];
};

type CustomerRow = { organization_id: string; id: string; phone: string; search_text: string };

/** Looks up, by every spelling of the phone, customers and conversations; locks the latter. */
export async function findConversations(ctx: AppContext, speakers: (Speaker & { key: string })[]): Promise<Found[]> {
  const customers = await findCustomers(ctx, speakers);
  const asked = speakers.map((speaker) => {
    const customer = speaker.phone ? customers.get(`${speaker.organizationId} ${numberKey(speaker.phone)}`) : undefined;
    return {
      ...speaker,
      customerId: customer?.id ?? null,
      customerPhone: customer?.phone ?? null,
      customerSearch: customer?.search_text ?? null,
      conversations: [],
    };
  });
  const rows = await lockConversations(ctx, asked);
  return asked.map((one) => ({ ...one, conversations: rows.get(one.key) ?? [] }));
}

/** By organization and number; where two customers spell one number differently, the elder. */
async function findCustomers(ctx: AppContext, speakers: Speaker[]): Promise<Map<string, CustomerRow>> {
  const asked = speakers.flatMap(({ organizationId, phone }) =>
    phone ? spellingsOf(phone).map((spelling) => ({ organization_id: organizationId, phone: spelling })) : [],
  );
  if (asked.length === 0) return new Map();
  const rows = await ctx.db.execute<CustomerRow>(sql`
    select distinct c.organization_id, c.id, h.address as phone, c.search_text
    from jsonb_to_recordset(${JSON.stringify(asked)}::jsonb) as a(organization_id uuid, phone text)
    join customer_addresses h on h.organization_id = a.organization_id and h.address = a.phone and h.kind = 'phone' and h.deleted_at is null
    join customers c on c.id = h.customer_id and c.deleted_at is null
    order by c.id desc`);
  return new Map(rows.map((row) => [`${row.organization_id} ${numberKey(row.phone)}`, row]));
}

async function lockConversations(ctx: AppContext, asked: Found[]): Promise<Map<string, ConversationRow[]>> {
  const given = asked.flatMap(({ key, instanceId, phone, lid, customerId }) =>
    (phone ? spellingsOf(phone) : [null]).map((spelling) => ({
      key,
      instance_id: instanceId,
      phone: spelling,
      lid,
      customer_id: customerId,
    })),
  );
  const rows = await ctx.db.execute<{
    key: string;
    id: string;
    phone: string | null;
    lid: string | null;
    customer_id: string | null;
  }>(sql`
    with g as materialized (
      select * from jsonb_to_recordset(${JSON.stringify(given)}::jsonb) as g(key text, instance_id uuid, phone text, lid text, customer_id uuid)
    ), hit as (
      select g.key, v.id from g join conversations v on v.instance_id = g.instance_id and v.phone = g.phone
      union select g.key, v.id from g join conversations v on v.instance_id = g.instance_id and v.lid = g.lid
      union select g.key, v.id from g join conversations v on v.instance_id = g.instance_id and v.customer_id = g.customer_id
    ), locked as materialized (
      select v.id, v.phone, v.lid, v.customer_id from conversations v where v.id in (select id from hit) order by v.id for no key update
    )
    select hit.key, locked.* from hit join locked on locked.id = hit.id order by locked.id`);
  const found = rows.map(({ key, id, phone, lid, customer_id }) => ({ key, id, phone, lid, customerId: customer_id }));
  return Map.groupBy(found, ({ key }) => key);
}
