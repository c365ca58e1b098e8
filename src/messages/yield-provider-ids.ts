import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';

type Taken = { messageId: string; fence: number; instanceId: string; providerMessageId: string | null };

/**
 * Has what was taken for typed on the phone make way for the message of ours that it turns out to be: nothing that Evolution tells of may
 * ever keep a sent message from being recorded. Run it in the transaction that records.
 */
export async function yieldProviderIds(ctx: AppContext, taken: Taken[]): Promise<void> {
  const given = taken.filter(({ providerMessageId }) => providerMessageId !== null);
  if (given.length === 0) return;
  const gone = await ctx.db.execute<{ conversation_id: string }>(sql`
    delete from messages p
    using jsonb_to_recordset(${JSON.stringify(given)}::jsonb) as g("messageId" uuid, fence int, "instanceId" uuid, "providerMessageId" text)
    where p.instance_id = g."instanceId" and p.provider_message_id = g."providerMessageId" and p.typed_on_phone
      and exists (select from messages m where m.id = g."messageId" and m.fence = g.fence and m.status in ('sending', 'unknown'))
    returning p.conversation_id`);
  if (gone.length === 0) return;
  ctx.log.warn({ count: gone.length }, 'taken for typed on the phone, and sent by us');
  await ctx.db.execute(sql`
    update conversations v set last_message_id = (
      select m.id from messages m where m.conversation_id = v.id order by m.said_at desc, m.id desc limit 1)
    where v.id = any(${sql.param(gone.map((row) => row.conversation_id))}::uuid[])
      and not exists (select from messages m where m.id = v.last_message_id)`);
}
