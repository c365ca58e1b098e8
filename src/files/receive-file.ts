import { Readable } from 'node:stream';
import { eq } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { media, receivedFiles } from '#src/db/schema/files.ts';
import { type messageKinds, messages } from '#src/db/schema/messages.ts';
import { Problem } from '#src/platform/problem.ts';
import { fileForCustomers, tagOf } from './file-for-customers.ts';
import { type HeldUpload, holdUpload } from './hold-upload.ts';
import { identifyFile } from './identify-file.ts';
import { keepFile } from './keep-file.ts';
import type { Media } from './media.ts';

export type Delivery = {
  organizationId: string;
  /** Of the instance: to whom the file is counted. */
  userId: string;
  /** Null: nobody we know. */
  customerId: string | null;
  messageId: string;
  /** Of the message: pictures and documents are put into the customer's Files tab. */
  kind: (typeof messageKinds)[number];
  /** `out`: typed by the owner on the phone. */
  direction: 'in' | 'out';
  /** When the message was said. */
  at: Date;
  fileName?: string | null | undefined;
  content: Readable | Uint8Array;
};

export type Reception = { mediaId: string; media: Media } | { refused: 'empty' | 'too-large' };

/**
 * Keeps what a WhatsApp message brought: known by its content whatever it was said to be, under a harmless name, 100 MB at most; what
 * cannot be told is kept as a download. Safe to repeat: the first of a message counts, and what was deleted since does not come back.
 * Throws when the content breaks off.
 */
export async function receiveFile(ctx: AppContext, delivery: Delivery): Promise<Reception> {
  const before = await findReceived(ctx, delivery.messageId);
  if (before) return { mediaId: before.id, media: before };
  const content = Readable.from(delivery.content instanceof Uint8Array ? [delivery.content] : delivery.content);
  const file = await holdUpload(ctx.storage, content, 'anything').catch(asRefusal);
  if ('refused' in file) return file;
  try {
    const row = await keep(ctx, file, delivery);
    return { mediaId: row.id, media: row };
  } finally {
    await file.held.discard();
  }
}

async function keep(ctx: AppContext, file: HeldUpload, delivery: Delivery): Promise<Media> {
  const { organizationId, userId, messageId, kind, direction, at } = delivery;
  const voiceNote = kind === 'voice';
  const identity = await identifyFile(file, { name: delivery.fileName ?? undefined, voiceNote });
  const { held, sizeBytes, sha256 } = file;
  const kept = { held, sizeBytes, sha256, organizationId, userId, voiceNote, inLibrary: false, ...identity };
  return keepFile(ctx, kept, async (ctx, row) => {
    const isShown = kind === 'image' || kind === 'document';
    const whose = isShown ? await customerOf(ctx, delivery) : null;
    const filing = isShown && whose === null ? 'waits' : null;
    const [first] = await ctx.db
      .insert(receivedFiles)
      .values({ messageId, organizationId, mediaId: row.id, filing, createdAt: ctx.clock.now() })
      .onConflictDoNothing()
      .returning();
    if (!first) return (await findReceived(ctx, messageId))!;
    if (whose !== null)
      await fileForCustomers(ctx, [{ customerId: whose, mediaId: row.id, messageId, tag: tagOf(direction), at }]);
    return row;
  });
}

/** The message may have become somebody's since it was read. */
async function customerOf(ctx: AppContext, { messageId, customerId }: Delivery): Promise<string | null> {
  const [message] = await ctx.db
    .select({ customerId: messages.customerId })
    .from(messages)
    .where(eq(messages.id, messageId))
    .for('share');
  return message?.customerId ?? customerId;
}

async function findReceived(ctx: AppContext, messageId: string): Promise<Media | null> {
  const [found] = await ctx.db
    .select({ media })
    .from(receivedFiles)
    .innerJoin(media, eq(media.id, receivedFiles.mediaId))
    .where(eq(receivedFiles.messageId, messageId));
  return found?.media ?? null;
}

function asRefusal(error: unknown): { refused: 'empty' | 'too-large' } {
  if (error instanceof Problem && error.code === 'too-large') return { refused: 'too-large' };
  if (error instanceof Problem && error.code === 'invalid-request') return { refused: 'empty' };
  throw error;
}
