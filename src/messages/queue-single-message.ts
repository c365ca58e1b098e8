import { isNotNull } from 'drizzle-orm';
import { type AppContext, inTransaction } from '#src/context.ts';
import { messages } from '#src/db/schema/messages.ts';
import { wakeLanes } from '#src/instances/wake-lanes.ts';
import { newId } from '#src/platform/ids.ts';
import type { Message } from './message.ts';

export type SingleMessage = Pick<
  Message,
  'organizationId' | 'userId' | 'customerId' | 'address' | 'body' | 'purpose' | 'inReplyTo'
> & { instanceId: string };

/** Has one text go out before the instance's bulk, free of charge; at most once in answer to the same message. */
export const queueSingleMessage = (ctx: AppContext, message: SingleMessage): Promise<void> =>
  inTransaction(ctx, async (ctx) => {
    const at = ctx.clock.now();
    await ctx.db
      .insert(messages)
      .values({ ...message, id: newId(), kind: 'text', status: 'queued', createdAt: at, updatedAt: at })
      .onConflictDoNothing({
        target: [messages.instanceId, messages.inReplyTo, messages.purpose],
        where: isNotNull(messages.purpose),
      });
    await wakeLanes(ctx, [message.instanceId]);
  });
