import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import type { ConversationRow } from './find-conversations.ts';
import { ownSearchText } from './own-search-text.ts';

type Merged = { phone: string | null; lid: string | null; customer_id: string | null; profile_name: string | null };

/**
 * Makes one of conversations that turned out to be the same person's, which the caller has locked: messages and notes move to
 * the one that has a customer, else a phone, else to the eldest; what is unread adds up, what was last said stays last.
 */
export async function mergeConversations(ctx: AppContext, given: ConversationRow[]): Promise<ConversationRow> {
  const [keeper, ...others] = given.toSorted(
    (a, b) =>
      Number(b.customerId !== null) - Number(a.customerId !== null) ||
      Number(b.phone !== null) - Number(a.phone !== null) ||
      (a.id < b.id ? -1 : 1),
  );
  const { id } = keeper!;
  const otherIds = sql`${sql.param(others.map((other) => other.id))}::uuid[]`;
  for (const table of [sql`messages`, sql`conversation_notes`])
    await ctx.db.execute(sql`update ${table} set conversation_id = ${id} where conversation_id = any(${otherIds})`);
  const { phone, lid, customer_id, profile_name } = await addUp(ctx, id, otherIds);
  await ctx.db.execute(sql`
    update conversations set phone = ${phone}, lid = ${lid}, customer_id = ${customer_id}::uuid,
      search_text = ${ownSearchText(profile_name, phone)} || E'\\n' || coalesce((select search_text from customers where id = ${customer_id}::uuid), '')
    where id = ${id}`);
  return { id, phone, lid, customerId: customer_id };
}

/** Deletes the others and gives the keeper what they had, but for what is unique: that only once they are gone. */
async function addUp(ctx: AppContext, id: string, otherIds: ReturnType<typeof sql>): Promise<Merged> {
  const [row] = await ctx.db.execute<Merged>(sql`
    with gone as (
      delete from conversations where id = any(${otherIds}) returning *
    ), sum as (
      select sum(unread_count) as unread, max(last_inbound_at) as last_inbound_at, bool_or(status = 'open') as open,
        (array_agg(phone) filter (where phone is not null))[1] as phone, (array_agg(lid) filter (where lid is not null))[1] as lid,
        (array_agg(customer_id) filter (where customer_id is not null))[1] as customer_id,
        (array_agg(assignee_id) filter (where assignee_id is not null))[1] as assignee_id,
        (array_agg(profile_name order by last_message_at desc) filter (where profile_name is not null))[1] as profile_name,
        (array_agg(last_message_id order by last_message_at desc, last_message_id desc nulls last))[1] as last_message_id,
        max(last_message_at) as last_message_at
      from gone
    )
    update conversations v set unread_count = v.unread_count + sum.unread, last_inbound_at = greatest(v.last_inbound_at, sum.last_inbound_at),
      status = case when sum.open then 'open' else v.status end, assignee_id = coalesce(v.assignee_id, sum.assignee_id),
      profile_name = coalesce(v.profile_name, sum.profile_name), updated_at = ${ctx.clock.now().toISOString()}::timestamptz,
      last_message_id = case when sum.last_message_id is not null and (sum.last_message_at, sum.last_message_id) > (v.last_message_at, coalesce(v.last_message_id, ${'00000000-0000-0000-0000-000000000000'}::uuid))
        then sum.last_message_id else v.last_message_id end,
      last_message_at = greatest(v.last_message_at, sum.last_message_at)
    from sum where v.id = ${id}
    returning coalesce(v.phone, sum.phone) as phone, coalesce(v.lid, sum.lid) as lid, coalesce(v.customer_id, sum.customer_id) as customer_id, v.profile_name`);
  return row!;
}
