import { and, eq } from 'drizzle-orm';
import { type AppContext, actFor, inTransaction } from '#src/context.ts';
import type { attachmentStatuses } from '#src/db/schema/messages.ts';
import { messages } from '#src/db/schema/messages.ts';
import { type Delivery, receiveFile } from '#src/files/receive-file.ts';
import { senderOf } from '#src/instances/sender-of.ts';
import { publishLiveEvent } from '#src/live/publish-live-event.ts';
import type { Message } from '#src/messages/message.ts';
import { type Attachment, fetchAttachmentJob } from './jobs.ts';

type Fate = { status: Exclude<(typeof attachmentStatuses)[number], 'pending'>; mediaId?: string };

/** Seconds until the next try; WhatsApp keeps files for weeks, Evolution may be away for hours. */
const WAITS_SECONDS = [10, 60, 300, 1_800, 7_200, 21_600, 43_200];
/** What Evolution does not know after so many tries it never will: the webhook comes about when the message is stored there. */
const MISSING_TRIES = 3;

/**
 * Fetches the file of a message once: stored, refused (too large, or empty) or, when it cannot be had for a day, lost. A
 * crash anywhere leaves it pending, and the job is done again.
 */
export async function fetchAttachment(ctx: AppContext, { messageId, tries }: Attachment): Promise<void> {
  const [message] = await ctx.db
    .select()
    .from(messages)
    .where(and(eq(messages.id, messageId), eq(messages.attachmentStatus, 'pending')));
  if (!message) return;
  const fate = await decideFate(ctx, message, tries);
  if (fate) return settle(ctx, message, fate);
  const startAfter = new Date(ctx.clock.now().getTime() + (WAITS_SECONDS[tries]! * 1000) / ctx.config.recoverySpeed);
  await ctx.jobs.send(
    fetchAttachmentJob,
    { messageId, tries: tries + 1 },
    { startAfter, singletonKey: `${messageId}:${tries + 1}`, group: { id: message.instanceId! } },
  );
}

/** Null: to be tried again. */
async function decideFate(ctx: AppContext, message: Message, tries: number): Promise<Fate | null> {
  const limit = ctx.config.receivedFileLimitBytes;
  const { instanceId, providerMessageId, recalledAt, content } = message;
  if (recalledAt !== null || message.address === '') return { status: 'lost' };
  if (Number(content?.sizeBytes ?? 0) > limit) return { status: 'refused' };
  const sender = await senderOf(ctx, instanceId!);
  if (!sender) return { status: 'lost' };
  const outcome = await sender.client.fetchFile(sender.providerName, providerMessageId!, limit);
  const found = outcome.kind === 'accepted' ? outcome.value : null;
  if (found === 'too-large') return { status: 'refused' };
  if (found === null || found === 'missing') {
    ctx.log.info({ messageId: message.id, tries, outcome }, 'a file could not be fetched');
    const over = tries >= WAITS_SECONDS.length || (found === 'missing' && tries >= MISSING_TRIES);
    return over ? { status: 'lost' } : null;
  }
  const kept = await receiveFile(ctx, { ...deliveryOf(message, found.fileName), content: found.content });
  return 'refused' in kept ? { status: 'refused' } : { status: 'stored', mediaId: kept.mediaId };
}

function deliveryOf(message: Message, named: string | null): Omit<Delivery, 'content'> {
  const { id: messageId, organizationId, userId, customerId, kind, direction, saidAt, createdAt, content } = message;
  const fileName = typeof content?.fileName === 'string' ? content.fileName : kind === 'document' ? named : null;
  return { messageId, organizationId, userId, customerId, kind, direction, at: saidAt ?? createdAt, fileName };
}

const settle = (ctx: AppContext, message: Message, { status, mediaId }: Fate): Promise<void> =>
  inTransaction(ctx, async (ctx) => {
    const [row] = await ctx.db
      .update(messages)
      .set({ attachmentStatus: status, mediaId: mediaId ?? null, updatedAt: ctx.clock.now() })
      .where(and(eq(messages.id, message.id), eq(messages.attachmentStatus, 'pending')))
      .returning();
    if (!row) return;
    const { id: messageId, conversationId } = row;
    await publishLiveEvent(actFor(ctx, row, 'job'), {
      type: 'message.attachment-changed',
      data: { messageId, conversationId, attachmentStatus: status, mediaId: mediaId ?? null },
    });
  });
