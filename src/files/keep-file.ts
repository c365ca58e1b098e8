import { and, eq, getTableColumns, sql } from 'drizzle-orm';
import { type AppContext, inTransaction } from '#src/context.ts';
import { media, storedContents } from '#src/db/schema/files.ts';
import { newId } from '#src/platform/ids.ts';
import type { HeldUpload } from './hold-upload.ts';
import type { FileIdentity } from './identify-file.ts';
import type { Media } from './media.ts';

export type NewFile = Pick<HeldUpload, 'held' | 'sizeBytes' | 'sha256'> &
  FileIdentity & { organizationId: string; userId: string; voiceNote: boolean; inLibrary: boolean };

type Content = Pick<NewFile, 'organizationId' | 'sha256'>;

/** Its bytes went while it was on its way to them. */
class ContentGone extends Error {}

/**
 * Keeps a held file: its bytes once in an organization, one row for the same bytes, kind and name, and whatever `also` does, together.
 * Bytes are in their place before any row speaks of them, and a key is never used again, so that a row always has its bytes, whoever
 * deletes the same file meanwhile; a crash leaves at most bytes without a row, which the sweep removes.
 */
export async function keepFile<C extends AppContext, T>(
  ctx: C,
  file: NewFile,
  also: (ctx: C, row: Media, isNew: boolean) => Promise<T>,
): Promise<T> {
  let key = (await isKept(ctx, file)) ? null : await putBytes(file);
  const record = () =>
    inTransaction(ctx, async (ctx) => {
      const storageKey = await takeContent(ctx, file, key);
      const { isNew, row } = await recordMedia(ctx, file, storageKey);
      return { storageKey, result: await also(ctx, row, isNew) };
    });
  const { storageKey, result } = await record().catch(async (error: unknown) => {
    if (!(error instanceof ContentGone)) throw error;
    key = await putBytes(file);
    return record();
  });
  if (key !== null && key !== storageKey) await discard(ctx, key);
  return result;
}

async function putBytes({ held, organizationId }: NewFile): Promise<string> {
  const key = `media/${organizationId}/${newId()}`;
  await held.keep(key);
  return key;
}

async function isKept(ctx: AppContext, content: Content): Promise<boolean> {
  const [found] = await ctx.db
    .select({ key: storedContents.storageKey })
    .from(storedContents)
    .where(isContent(content));
  return found !== undefined;
}

/** Where the bytes are: at `key` if they are new. Locks them against their deletion. */
async function takeContent(ctx: AppContext, content: Content, key: string | null): Promise<string> {
  const { organizationId, sha256 } = content;
  if (key !== null) {
    const [kept] = await ctx.db
      .insert(storedContents)
      .values({ organizationId, sha256, storageKey: key, createdAt: ctx.clock.now() })
      .onConflictDoUpdate({ target: [storedContents.organizationId, storedContents.sha256], set: { sha256 } })
      .returning({ storageKey: storedContents.storageKey });
    return kept!.storageKey;
  }
  const [there] = await ctx.db
    .select({ storageKey: storedContents.storageKey })
    .from(storedContents)
    .where(isContent(content))
    .for('key share');
  if (!there) throw new ContentGone();
  return there.storageKey;
}

const isContent = ({ organizationId, sha256 }: Content) =>
  and(eq(storedContents.organizationId, organizationId), eq(storedContents.sha256, sha256));

async function recordMedia(
  ctx: AppContext,
  file: NewFile,
  storageKey: string,
): Promise<{ row: Media; isNew: boolean }> {
  const { organizationId, userId, sizeBytes, sha256, kind, fileName, voiceNote, durationSeconds, inLibrary } = file;
  const [kept] = await ctx.db
    .insert(media)
    .values({
      id: newId(),
      organizationId,
      userId,
      kind,
      mimeType: file.type.mimeType,
      sizeBytes,
      sha256,
      fileName,
      voiceNote,
      durationSeconds,
      storageKey,
      inLibrary,
      createdAt: ctx.clock.now(),
    })
    .onConflictDoUpdate({
      target: [media.organizationId, media.sha256, media.kind, media.fileName],
      set: { inLibrary: sql`${media.inLibrary} or excluded.in_library` },
    })
    .returning({ ...getTableColumns(media), isNew: sql<boolean>`(xmax = 0)` });
  const { isNew, ...row } = kept!;
  return { row, isNew };
}

async function discard(ctx: AppContext, key: string): Promise<void> {
  await ctx.storage.delete(key).catch((error: unknown) => ctx.log.warn({ err: error, key }, 'bytes left to the sweep'));
}
