import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import type { Amendment } from './inbound.ts';
import type { Received } from './insert-messages.ts';

/** A message that an amendment has changed. */
export type Amended = {
  messageId: string;
  organizationId: string;
  instanceId: string;
  providerMessageId: string;
  conversationId: string | null;
  direction: 'in' | 'out';
  /** E.164, or a hidden number's jid. */
  address: string;
  type: 'edited' | 'recalled';
  body: string | null;
};

type Row = {
  id: string;
  organization_id: string;
  instance_id: string;
  provider_message_id: string;
  conversation_id: string | null;
  direction: 'in' | 'out';
  address: string;
  body: string | null;
  recalled: boolean;
  edited: boolean;
};

/**
 * Brings edits and recalls to their messages, those just come and those that waited for one of `received`; what has no message yet waits.
 * The newest edit holds; what its sender took back is gone, whatever was edited. Nobody changes what our side said but our side.
 * Safe to repeat, in any order.
 */
export async function applyAmendments(ctx: AppContext, given: Amendment[], received: Received[]): Promise<Amended[]> {
  await keepForLater(ctx, given);
  const ids = [...given, ...received].map(({ instanceId, providerMessageId }) => ({
    instance_id: instanceId,
    id: providerMessageId,
  }));
  if (ids.length === 0) return [];
  const now = sql`${ctx.clock.now().toISOString()}::timestamptz`;
  const rows = await ctx.db.execute<Row>(sql`
    with due as (
      delete from early_amendments e using (
        select distinct instance_id, id from jsonb_to_recordset(${JSON.stringify(ids)}::jsonb) as i(instance_id uuid, id text)
      ) i
      where e.instance_id = i.instance_id and e.provider_message_id = i.id
        and exists (select from messages m where m.instance_id = i.instance_id and m.provider_message_id = i.id)
      returning e.*
    ), deed as (
      select instance_id, provider_message_id, bool_or(from_me) as from_me, min(at) filter (where type = 'recall') as recalled_at,
        max(at) filter (where type = 'edit') as edited_at, max(body) filter (where type = 'edit') as body
      from due group by instance_id, provider_message_id
    ), target as materialized (
      select m.id, m.recalled_at as recalled_before, m.edited_at as edited_before, d.* from deed d
      join messages m on m.instance_id = d.instance_id and m.provider_message_id = d.provider_message_id
      where m.direction = 'in' or d.from_me order by m.id for no key update of m
    )
    update messages m set
      recalled_at = least(m.recalled_at, t.recalled_at),
      body = case when m.direction = 'in' and coalesce(m.recalled_at, t.recalled_at) is not null then null
        when m.recalled_at is null and (t.edited_at, t.body) > (coalesce(m.edited_at, '-infinity'), coalesce(m.body, '')) then t.body else m.body end,
      content = case when m.direction = 'in' and coalesce(m.recalled_at, t.recalled_at) is not null then null else m.content end,
      edited_at = greatest(m.edited_at, t.edited_at), updated_at = ${now}
    from target t where m.id = t.id
    returning m.id, m.organization_id, m.instance_id, m.provider_message_id, m.conversation_id, m.direction, m.address, m.body,
      t.recalled_before is null and m.recalled_at is not null as recalled,
      m.recalled_at is null and t.edited_at > coalesce(t.edited_before, '-infinity') as edited`);
  return rows.flatMap((row) => (row.recalled || row.edited ? [toAmended(row)] : []));
}

const toAmended = (row: Row): Amended => ({
  messageId: row.id,
  organizationId: row.organization_id,
  instanceId: row.instance_id,
  providerMessageId: row.provider_message_id,
  conversationId: row.conversation_id,
  direction: row.direction,
  address: row.address,
  type: row.recalled ? 'recalled' : 'edited',
  body: row.body,
});

/** The newest edit and the first recall of each message; of two edits at one instant the greater text, in whatever order they come. */
async function keepForLater(ctx: AppContext, given: Amendment[]): Promise<void> {
  if (given.length === 0) return;
  const rows = [
    ...Map.groupBy(given, ({ instanceId, providerMessageId, type }) => `${instanceId} ${type} ${providerMessageId}`),
  ]
    .map(([, deeds]) => deeds.reduce((kept, deed) => (goesBefore(deed, kept) ? deed : kept)))
    .map(({ instanceId, providerMessageId, type, fromMe, body, at }) => ({
      instance_id: instanceId,
      id: providerMessageId,
      type,
      from_me: fromMe,
      body,
      at: at.toISOString(),
    }));
  await ctx.db.execute(sql`
    insert into early_amendments (instance_id, provider_message_id, type, from_me, body, at, created_at)
    select instance_id, id, type, from_me, body, at, ${ctx.clock.now().toISOString()}::timestamptz
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(instance_id uuid, id text, type text, from_me boolean, body text, at timestamptz)
    order by instance_id, id, type
    on conflict (instance_id, provider_message_id, type) do update
      set from_me = excluded.from_me, body = excluded.body, at = excluded.at, created_at = excluded.created_at
      where case excluded.type when 'edit' then (excluded.at, excluded.body) > (early_amendments.at, early_amendments.body)
        else excluded.at < early_amendments.at end`);
}

function goesBefore(deed: Amendment, kept: Amendment): boolean {
  const later = deed.at.getTime() - kept.at.getTime();
  if (deed.type === 'recall') return later < 0;
  return later > 0 || (later === 0 && (deed.body ?? '') > (kept.body ?? ''));
}
