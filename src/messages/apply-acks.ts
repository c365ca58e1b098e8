import { type SQL, sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import type { Ack, MessageStatus } from './message.ts';

/** A message whose status an ack has moved, or that was `unconfirmed` until it came. */
export type MovedMessage = {
  id: string;
  organizationId: string;
  userId: string;
  campaignId: string | null;
  recipientId: string | null;
  status: MessageStatus;
  /** It had been given up, and is there after all. */
  found?: boolean;
};

type Row = {
  id: string;
  organization_id: string;
  user_id: string;
  campaign_id: string | null;
  recipient_id: string | null;
  status: MessageStatus;
  status_before: MessageStatus;
  confirmed: boolean;
};

/**
 * Brings messages up to the highest status that the acks tell, never back. ERROR fails a message only while no device is
 * known to have it; one that was refused and waits to be sent again is not, once a device turns out to have it. Acks of
 * messages that are not known yet wait in early_acks. Safe to repeat, in any order and number.
 * @returns the messages that moved. Run it in the transaction that hands them on.
 */
export async function applyAcks(ctx: AppContext, acks: Ack[]): Promise<MovedMessage[]> {
  if (acks.length === 0) return [];
  const now = sql`${ctx.clock.now().toISOString()}::timestamptz`;
  const rows = await ctx.db.execute<Row>(sql`
    with ${levelsOf(acks)}, target as materialized (
      select m.id, m.status as status_before, m.status_reason as reason_before, level.* from level
      join messages m on m.instance_id = level.instance_id and m.provider_message_id = level.provider_message_id
      where m.status in ('sent', 'delivered', 'read', 'played', 'failed') or (m.status = 'queued' and level.rank >= 3)
      order by m.id for no key update of m
    ), early as (
      insert into early_acks (instance_id, provider_message_id, status, at, created_at)
      select ack.*, ${now} from ack
      where not exists (select 1 from messages m where m.instance_id = ack.instance_id and m.provider_message_id = ack.provider_message_id)
      on conflict do nothing
    )
    update messages m set
      status = case when t.rank >= 3 and t.rank > ${rankOf(sql`m.status`)} then t.best when t.refused and m.status = 'sent' then 'failed' else m.status end,
      status_reason = case when t.rank >= 3 then null when t.refused and m.status = 'sent' then 'refused-by-whatsapp'
        when t.rank = 2 and m.status = 'sent' then null else m.status_reason end,
      acked_at = coalesce(m.acked_at, t.acked_at),
      reconcile_at = case when t.acked_at is null then m.reconcile_at end,
      delivered_at = coalesce(m.delivered_at, t.delivered_at),
      read_at = coalesce(m.read_at, t.read_at),
      failed_at = case when t.rank < 3 and t.refused and m.status = 'sent' then ${now} else m.failed_at end,
      updated_at = ${now}
    from target t where m.id = t.id
    returning m.id, m.organization_id, m.user_id, m.campaign_id, m.recipient_id, m.status, t.status_before,
      t.reason_before is not distinct from 'unconfirmed' and m.status_reason is null as confirmed`);
  return rows.filter((row) => row.status !== row.status_before || row.confirmed).map(toMoved);
}

const rankOf = (status: SQL): SQL =>
  sql`case ${status} when 'delivered' then 3 when 'read' then 4 when 'played' then 5 else 2 end`;

/** The acks as rows, and the highest of each message. */
function levelsOf(acks: Ack[]): SQL {
  const given = acks.map((ack) => ({
    instance_id: ack.instanceId,
    provider_message_id: ack.providerMessageId,
    status: ack.status,
    at: ack.at.toISOString(),
  }));
  return sql`ack as (
      select distinct on (instance_id, provider_message_id, status) instance_id, provider_message_id, status, at
      from jsonb_to_recordset(${JSON.stringify(given)}::jsonb) as a(instance_id uuid, provider_message_id text, status text, at timestamptz)
      where status <> 'PENDING'
      order by instance_id, provider_message_id, status, at
    ), ranked as (
      select ack.*, case status when 'SERVER_ACK' then 2 when 'DELIVERY_ACK' then 3 when 'READ' then 4 when 'PLAYED' then 5 else 0 end as rank from ack
    ), level as (
      select instance_id, provider_message_id, max(rank) as rank, bool_or(status = 'ERROR') as refused,
        case max(rank) when 3 then 'delivered' when 4 then 'read' when 5 then 'played' end as best,
        min(at) as acked_at, min(at) filter (where rank >= 3) as delivered_at, min(at) filter (where rank >= 4) as read_at
      from ranked group by instance_id, provider_message_id
    )`;
}

const toMoved = (row: Row): MovedMessage => ({
  id: row.id,
  organizationId: row.organization_id,
  userId: row.user_id,
  campaignId: row.campaign_id,
  recipientId: row.recipient_id,
  status: row.status,
  found: row.status_before === 'failed' || row.status_before === 'queued',
});
