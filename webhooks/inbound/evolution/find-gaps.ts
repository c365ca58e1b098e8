import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { ackStatuses } from '#src/messages/message.ts';
import { type Bag, bag, bags, string } from './json.ts';
import { readText } from './read-content.ts';
import { readMessages } from './read-messages.ts';
import { readWebhook } from './read-webhook.ts';

/** A webhook that should have come. */
export type Gap = {
  event: 'messages.upsert' | 'messages.update' | 'messages.delete' | 'messages.edited';
  payload: Bag;
};

type Known = { id: string; status: string | null; body: string | null; recalled: boolean };

/** How far a message of ours has come, as acks count. */
const ranks: Record<string, number> = { sent: 2, delivered: 3, read: 4, played: 5 };

/** Which of the messages that Evolution keeps, their acks, edits and recalls have not reached us, as the webhooks that would have told. */
export async function findGaps(ctx: AppContext, instanceId: string, records: Bag[]): Promise<Gap[]> {
  const told = records.flatMap((record) => {
    const payload = readWebhook({ event: 'messages.upsert', instance: instanceId, data: record })?.payload;
    const id = string(bag(record.key).id);
    return payload && id ? [{ id, payload, data: bag(payload.data) }] : [];
  });
  const known = await readKnown(
    ctx,
    instanceId,
    told.map(({ id }) => id),
  );
  const at = ctx.clock.now();
  return told.flatMap(({ id, payload, data }): Gap[] => {
    const ours = known.get(id);
    if (ours) return behind(ours, data);
    const said = readMessages({ instanceId, event: 'messages.upsert', payload, at });
    return said.length > 0 ? [{ event: 'messages.upsert', payload: { data } }, ...behind(null, data)] : [];
  });
}

async function readKnown(ctx: AppContext, instanceId: string, ids: string[]): Promise<Map<string, Known>> {
  if (ids.length === 0) return new Map();
  const rows = await ctx.db.execute<Known>(sql`
    select provider_message_id as id, case when direction = 'out' then status end as status, body, recalled_at is not null as recalled
    from messages where instance_id = ${instanceId} and provider_message_id = any(${sql.param(ids)}::text[])
    union all
    select provider_message_id, null, null, true from refused_attempts
    where instance_id = ${instanceId} and provider_message_id = any(${sql.param(ids)}::text[])`);
  return new Map(rows.map((row) => [row.id, row]));
}

/** What has become of a message beyond what we know; null: it is not here yet. */
function behind(known: Known | null, data: Bag): Gap[] {
  const key = bag(data.key);
  const statuses = bags(data.MessageUpdate).flatMap(({ status }) => string(status) ?? []);
  const gaps: Gap[] = [];
  if (key.fromMe === true && (known === null || known.status !== null)) {
    const best = statuses.toSorted((a, b) => rankOf(b) - rankOf(a))[0];
    if (best !== undefined && rankOf(best) > (ranks[known?.status ?? 'sent'] ?? 99))
      gaps.push({
        event: 'messages.update',
        payload: { data: { keyId: key.id, remoteJid: key.remoteJid, fromMe: true, status: best } },
      });
  }
  const text = readText(data.message);
  if (known && !known.recalled && statuses.includes('EDITED') && text !== null && text !== known.body)
    gaps.push({
      event: 'messages.edited',
      payload: { data: { key, type: 'MESSAGE_EDIT', editedMessage: data.message } },
    });
  if (!known?.recalled && (key.deleted === true || statuses.includes('DELETED')))
    gaps.push({ event: 'messages.delete', payload: { data: { key, status: 'DELETED' } } });
  return gaps;
}

const rankOf = (status: string): number => (ackStatuses as readonly string[]).indexOf(status);
