import { isNotNull, sql } from 'drizzle-orm';
import { type AppContext, inTransaction } from '#src/context.ts';
import { messages } from '#src/db/schema/messages.ts';
import { wakeLanes } from '#src/instances/wake-lanes.ts';
import { newId } from '#src/platform/ids.ts';
import type { Message } from './message.ts';

export type SingleMessage = Pick<
  Message,
  'organizationId' | 'userId' | 'customerId' | 'address' | 'body' | 'purpose' | 'inReplyTo'
> & { instanceId: string };

/** Has one text go out before the instance's bulk, free of charge; at most once in answer to the same message. It stands in its conversation, if there is one. */
export const queueSingleMessage = (ctx: AppContext, message: SingleMessage): Promise<void> =>
  inTransaction(ctx, async (ctx) => {
    const at = ctx.clock.now();
    const conversationId = await findConversation(ctx, message);
    const place = conversationId ? { conversationId, saidAt: at } : {};
    const [added] = await ctx.db
      .insert(messages)
      .values({ ...message, ...place, id: newId(), kind: 'text', status: 'queued', createdAt: at, updatedAt: at })
      .onConflictDoNothing({
        target: [messages.instanceId, messages.inReplyTo, messages.purpose],
        where: isNotNull(messages.purpose),
      })
      .returning({ id: messages.id });
    if (added && conversationId)
      await ctx.db.execute(sql`
        update conversations set last_message_id = ${added.id}, last_message_at = greatest(last_message_at, ${at.toISOString()}::timestamptz),
          updated_at = ${at.toISOString()}::timestamptz where id = ${conversationId}`);
    await wakeLanes(ctx, [message.instanceId]);
  });

async function findConversation(ctx: AppContext, message: SingleMessage): Promise<string | null> {
  const { instanceId, address, customerId } = message;
  const [row] = await ctx.db.execute<{ id: string }>(sql`
    select id from conversations where instance_id = ${instanceId} and (phone = ${address} or customer_id = ${customerId})
    order by (phone = ${address}) desc nulls last limit 1`);
  return row?.id ?? null;
}
