import { and, eq } from 'drizzle-orm';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { media } from '#src/db/schema/files.ts';
import { newId } from '#src/platform/ids.ts';
import { invalid } from '#src/platform/problem.ts';
import { nameFile } from './file-name.ts';
import { type Identity, identifyMedia } from './identify-media.ts';
import { type Media, type MediaKind, mediaLimitBytes } from './media.ts';
import { readUpload, type Upload } from './read-upload.ts';
import { type ReceivedFile, receiveFile } from './receive-file.ts';
import { tooManyBytes } from './refusals.ts';

/**
 * Keeps the file of a multipart request: known by its content, inside WhatsApp's limits, its bytes once in an
 * organization however often they are sent. A refused or broken upload leaves nothing behind.
 */
export async function uploadMedia(ctx: OrgContext, request: Request): Promise<Media> {
  const discard = (file: ReceivedFile) => ctx.storage.delete(file.temporaryKey);
  const upload = await readUpload(request, (content) => receiveFile(ctx.storage, content), discard);
  try {
    const { likeness, temporaryKey } = upload.file;
    const identity = await identifyMedia(likeness, (type) => ctx.storage.blob(temporaryKey, type));
    const kind = kindOf(identity, upload);
    if (upload.file.sizeBytes > mediaLimitBytes[kind]) throw tooManyBytes(kind);
    const storageKey = `media/${ctx.organizationId}/${upload.file.sha256}`;
    await ctx.storage.move(temporaryKey, storageKey);
    return await recordMedia(ctx, upload, identity, kind, storageKey);
  } finally {
    await discard(upload.file);
  }
}

function kindOf({ type }: Identity, { voiceNote }: Upload<ReceivedFile>): MediaKind {
  if (!voiceNote) return type.kind;
  if (type.kind !== 'audio')
    throw invalid('voiceNote', {
      en: 'Only sound can be a voice note',
      tr: 'Yalnızca ses dosyası sesli mesaj olabilir',
    });
  return 'voice';
}

/** One row for the same bytes, kind and name, whoever comes first. */
async function recordMedia(
  ctx: OrgContext,
  { file, fileName: givenName, voiceNote }: Upload<ReceivedFile>,
  { type, durationSeconds }: Identity,
  kind: MediaKind,
  storageKey: string,
): Promise<Media> {
  const fileName = nameFile(givenName, type, kind);
  const { organizationId, userId } = ctx;
  const { sizeBytes, sha256 } = file;
  return inTransaction(ctx, async (ctx) => {
    const [inserted] = await ctx.db
      .insert(media)
      .values({
        id: newId(),
        organizationId,
        userId,
        kind,
        mimeType: type.mimeType,
        sizeBytes,
        sha256,
        fileName,
        voiceNote,
        durationSeconds,
        storageKey,
        createdAt: ctx.clock.now(),
      })
      .onConflictDoNothing()
      .returning();
    if (!inserted) return findTwin(ctx, { sha256, kind, fileName });
    await recordActivity(ctx, {
      verb: 'media.upload',
      subjectType: 'media',
      subjectId: inserted.id,
      details: { kind, fileName, sizeBytes },
    });
    return inserted;
  });
}

async function findTwin(
  ctx: OrgContext,
  { sha256, kind, fileName }: Pick<Media, 'sha256' | 'kind' | 'fileName'>,
): Promise<Media> {
  const [row] = await ctx.db
    .select()
    .from(media)
    .where(
      and(
        eq(media.organizationId, ctx.organizationId),
        eq(media.sha256, sha256),
        eq(media.kind, kind),
        eq(media.fileName, fileName),
      ),
    );
  return row!;
}
