import { sql } from 'drizzle-orm';
import type { FoundMessage } from '#src/channels/evolution/evolution-client.ts';
import type { AppContext } from '#src/context.ts';

export type Sighting = { instanceId: string; found: FoundMessage; at: Date };

/**
 * Keeps what Evolution says it sent as far as no message of ours has that id, and has unknown messages of those instances
 * looked into at once: also those of that time that were not looked for any more. Safe to repeat.
 */
export async function noteSightings(ctx: AppContext, sightings: Sighting[]): Promise<void> {
  const rows = sightings
    .filter(({ found }) => found.fromMe && found.providerMessageId)
    .map(({ instanceId, found, at }) => ({
      instance_id: instanceId,
      provider_message_id: found.providerMessageId,
      remote_jid: found.remoteJid,
      message_type: found.messageType,
      body: found.text,
      sent_at: (found.sentAt ?? at).toISOString(),
    }));
  if (rows.length === 0) return;
  const now = sql`${ctx.clock.now().toISOString()}::timestamptz`;
  await ctx.db.execute(sql`
    with seen as (
      insert into sent_sightings (instance_id, provider_message_id, remote_jid, message_type, body, sent_at, created_at)
      select s.*, ${now} from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
        as s(instance_id uuid, provider_message_id text, remote_jid text, message_type text, body text, sent_at timestamptz)
      where not exists (select 1 from messages m where m.instance_id = s.instance_id and m.provider_message_id = s.provider_message_id)
      on conflict do nothing returning instance_id, sent_at
    ), given_up as (
      update messages m set reconcile_at = ${now} from seen
      where m.status = 'unknown' and m.reconcile_at is null and m.instance_id = seen.instance_id
        and m.dispatched_at between seen.sent_at - interval '15 minutes' and seen.sent_at + interval '2 minutes'
    )
    update messages set reconcile_at = ${now}
    where status = 'unknown' and reconcile_at is not null and reconcile_at > ${now} and instance_id in (select instance_id from seen)`);
}
