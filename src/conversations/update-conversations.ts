import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import type { Received } from './insert-messages.ts';
import { ownSearchText } from './own-search-text.ts';

/** How a conversation stands after news. */
export type ChangedConversation = {
  conversationId: string;
  organizationId: string;
  instanceId: string;
  customerId: string | null;
  status: 'open' | 'closed';
  assigneeId: string | null;
  unreadCount: number;
  lastMessageId: string | null;
  lastMessageAt: string;
};

/** Somebody wants an answer to it: all but reactions, which never are what was said last either. */
export const asksForAnswer = ({ fromMe, kind }: Pick<Received, 'fromMe' | 'kind'>): boolean =>
  !fromMe && kind !== 'reaction';

/**
 * Brings conversations up to date with messages that are new in them, whatever order they come in: what was last said, by WhatsApp's
 * clock; what is unread, which is what came after the last answer typed on the phone; open again when somebody writes.
 */
export async function updateConversations(ctx: AppContext, received: Received[]): Promise<ChangedConversation[]> {
  if (received.length === 0) return [];
  const given = [...Map.groupBy(received, ({ conversationId }) => conversationId)].map(([, said]) => newsOf(said));
  const counted = received.filter(asksForAnswer).map(({ messageId }) => messageId);
  const rows = await ctx.db.execute<Row>(sql`
    with g as materialized (
      select * from jsonb_to_recordset(${JSON.stringify(given)}::jsonb) as g(id uuid, last_id uuid, last_at timestamptz, inbound_at timestamptz,
        typed_at timestamptz, reopens boolean, profile_name text, profile_at timestamptz, search_text text)
    ), fresh as (
      select m.conversation_id, count(*)::int as count from messages m
      where m.id = any(${sql.param(counted)}::uuid[]) and not exists (
        select from messages p where p.conversation_id = m.conversation_id and p.said_at > m.said_at and p.typed_on_phone and p.kind <> 'reaction')
      group by m.conversation_id
    ), answered as (
      select g.id, (select count(*)::int from messages m where m.conversation_id = g.id and m.said_at >= g.typed_at
        and m.direction = 'in' and m.kind <> 'reaction') as most
      from g where g.typed_at is not null
    )
    update conversations v set
      unread_count = least(v.unread_count + coalesce(fresh.count, 0), answered.most),
      status = case when g.reopens then 'open' else v.status end,
      last_message_id = case when ${isLater} then g.last_id else v.last_message_id end,
      last_message_at = case when ${isLater} then g.last_at else v.last_message_at end,
      profile_name = case when ${isNewName} then g.profile_name else v.profile_name end,
      search_text = case when ${isNewName} then g.search_text || E'\\n' || split_part(v.search_text, E'\\n', 2) else v.search_text end,
      last_inbound_at = greatest(v.last_inbound_at, g.inbound_at), updated_at = ${ctx.clock.now().toISOString()}::timestamptz
    from g left join fresh on fresh.conversation_id = g.id left join answered on answered.id = g.id
    where v.id = g.id
    returning ${changedColumns}`);
  return rows.map(toChanged);
}

/** Of `v`. */
export const changedColumns = sql`v.id, v.organization_id, v.instance_id, v.customer_id, v.status, v.assignee_id, v.unread_count, v.last_message_id, v.last_message_at`;

/** Of two said in the same second, the one that came later. */
const isLater = sql`(g.last_id is not null and (v.last_message_id is null or (g.last_at, g.last_id) > (v.last_message_at, v.last_message_id)))`;
const isNewName = sql`(g.profile_name is not null and (v.profile_name is null or v.last_inbound_at is null or g.profile_at >= v.last_inbound_at))`;

type Row = {
  id: string;
  organization_id: string;
  instance_id: string;
  customer_id: string | null;
  status: 'open' | 'closed';
  assignee_id: string | null;
  unread_count: number;
  last_message_id: string | null;
  last_message_at: string;
};

export const toChanged = (row: Row): ChangedConversation => ({
  conversationId: row.id,
  organizationId: row.organization_id,
  instanceId: row.instance_id,
  customerId: row.customer_id,
  status: row.status,
  assigneeId: row.assignee_id,
  unreadCount: row.unread_count,
  lastMessageId: row.last_message_id,
  lastMessageAt: new Date(row.last_message_at).toISOString(),
});

const newest = (said: Received[]): Received | undefined =>
  said.toSorted((a, b) => b.saidAt.getTime() - a.saidAt.getTime() || (a.messageId < b.messageId ? 1 : -1))[0];

function newsOf(said: Received[]) {
  const last = newest(said.filter(({ kind }) => kind !== 'reaction'));
  const named = newest(said.filter(({ profileName }) => profileName !== null));
  const at = (one: Received | undefined) => one?.saidAt.toISOString() ?? null;
  return {
    id: said[0]!.conversationId,
    last_id: last?.messageId ?? null,
    last_at: at(last),
    inbound_at: at(newest(said.filter(({ fromMe }) => !fromMe))),
    typed_at: at(newest(said.filter(({ fromMe, kind }) => fromMe && kind !== 'reaction'))),
    reopens: said.some(asksForAnswer),
    profile_name: named?.profileName ?? null,
    profile_at: at(named),
    search_text: ownSearchText(named?.profileName ?? null, said[0]!.address.startsWith('+') ? said[0]!.address : null),
  };
}
