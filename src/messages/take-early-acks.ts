import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import type { Ack, AckStatus } from './message.ts';

type Row = { instance_id: string; provider_message_id: string; status: AckStatus; at: string };

/**
 * Takes the waiting acks whose message is known by now (`only`: of those messages) out of early_acks, at most `limit`.
 * Hand them to `applyAcks` in the same transaction.
 */
export async function takeEarlyAcks(
  ctx: AppContext,
  only?: { instanceId: string; providerMessageId: string }[],
  limit = 500,
): Promise<Ack[]> {
  const rows = await ctx.db.execute<Row>(
    only
      ? sql`delete from early_acks e using unnest(${sql.param(only.map(({ instanceId }) => instanceId))}::uuid[], ${sql.param(only.map(({ providerMessageId }) => providerMessageId))}::text[])
            as m(instance_id, provider_message_id) where e.instance_id = m.instance_id and e.provider_message_id = m.provider_message_id
          returning e.instance_id, e.provider_message_id, e.status, e.at`
      : sql`delete from early_acks e using (
          select e.instance_id, e.provider_message_id, e.status from early_acks e
          join messages m on m.instance_id = e.instance_id and m.provider_message_id = e.provider_message_id
          order by e.created_at limit ${limit} for update of e skip locked
        ) found where e.instance_id = found.instance_id and e.provider_message_id = found.provider_message_id and e.status = found.status
        returning e.instance_id, e.provider_message_id, e.status, e.at`,
  );
  return rows.map((row) => ({
    instanceId: row.instance_id,
    providerMessageId: row.provider_message_id,
    status: row.status,
    at: new Date(row.at),
  }));
}
