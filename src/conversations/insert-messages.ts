import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { newId } from '#src/platform/ids.ts';
import type { Said } from './inbound.ts';
import type { Place } from './place-conversations.ts';

/** A message and where it belongs. */
export type Placed = Said & Place & { userId: string };
/** One that is new, and the id that it has with us. */
export type Received = Placed & { messageId: string };

/** Writes messages down, each once however often it is told; answers those that are new. */
export async function insertMessages(ctx: AppContext, placed: Placed[]): Promise<Received[]> {
  if (placed.length === 0) return [];
  const given = placed.map((one) => ({
    id: newId(),
    organization_id: one.organizationId,
    user_id: one.userId,
    instance_id: one.instanceId,
    conversation_id: one.conversationId,
    customer_id: one.customerId,
    direction: one.fromMe ? 'out' : 'in',
    status: one.fromMe ? 'sent' : 'received',
    typed_on_phone: one.fromMe,
    address: one.address,
    kind: one.kind,
    body: one.body,
    content: one.content,
    in_reply_to: one.inReplyTo,
    provider_message_id: one.providerMessageId,
    said_at: one.saidAt.toISOString(),
    sent_at: one.fromMe ? one.saidAt.toISOString() : null,
    attachment_status: one.attached ? 'pending' : null,
  }));
  const now = sql`${ctx.clock.now().toISOString()}::timestamptz`;
  const rows = await ctx.db.execute<{ id: string }>(sql`
    insert into messages (id, organization_id, user_id, instance_id, conversation_id, customer_id, direction, status, typed_on_phone, address,
      kind, body, content, in_reply_to, provider_message_id, said_at, sent_at, attachment_status, created_at, updated_at)
    select g.*, ${now}, ${now} from jsonb_to_recordset(${JSON.stringify(given)}::jsonb) as g(id uuid, organization_id uuid, user_id uuid,
      instance_id uuid, conversation_id uuid, customer_id uuid, direction text, status text, typed_on_phone boolean, address text,
      kind text, body text, content jsonb, in_reply_to text, provider_message_id text, said_at timestamptz, sent_at timestamptz, attachment_status text)
    order by g.id
    on conflict (instance_id, provider_message_id) where provider_message_id is not null do nothing
    returning id`);
  const added = new Set(rows.map(({ id }) => id));
  return placed.flatMap((one, index) => {
    const messageId = given[index]!.id;
    return added.has(messageId) ? [{ ...one, messageId }] : [];
  });
}
