import { and, desc, eq, isNotNull } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { conversations } from '#src/db/schema/conversations.ts';
import { messages } from '#src/db/schema/messages.ts';
import { senderOf } from '#src/instances/sender-of.ts';
import { jidOf } from '#src/messages/is-trace-of.ts';
import { type ReadReceipts, sendReadReceiptsJob } from './jobs.ts';

const MOST_TRIES = 3;
const TRY_AGAIN_MS = 30_000;

/**
 * Tells WhatsApp that what was marked read at that instant is. Evolution can do so for phones, not for hidden numbers. Tried three times: blue
 * ticks that come much later are worse than none.
 */
export async function sendReadReceipts(
  ctx: AppContext,
  { conversationId, readAt, tries }: ReadReceipts,
): Promise<void> {
  const [conversation] = await ctx.db.select().from(conversations).where(eq(conversations.id, conversationId));
  if (!conversation?.phone) return;
  const read = await ctx.db
    .select({ id: messages.providerMessageId, address: messages.address })
    .from(messages)
    .where(
      and(
        eq(messages.conversationId, conversationId),
        eq(messages.direction, 'in'),
        eq(messages.readAt, new Date(readAt)),
        isNotNull(messages.providerMessageId),
      ),
    )
    .orderBy(desc(messages.saidAt));
  const sender = await senderOf(ctx, conversation.instanceId);
  if (!sender || read.length === 0) return;
  const keys = read.map(({ id, address }) => ({ id: id!, remoteJid: jidOf(address), fromMe: false }));
  const outcome = await sender.client.markAsRead(sender.providerName, keys);
  if (outcome.kind === 'accepted') return;
  ctx.log.info({ conversationId, tries, outcome }, 'read receipts were not taken');
  if (tries >= MOST_TRIES) return;
  const startAfter = new Date(ctx.clock.now().getTime() + TRY_AGAIN_MS);
  await ctx.jobs.send(sendReadReceiptsJob, { conversationId, readAt, tries: tries + 1 }, { startAfter });
}
