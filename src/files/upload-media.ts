import type { Readable } from 'node:stream';
import { recordActivity } from '#src/accounts/record-activity.ts';
import type { OrgContext } from '#src/context.ts';
import { invalid } from '#src/platform/problem.ts';
import { nameFile } from './file-name.ts';
import { type HeldUpload, holdUpload } from './hold-upload.ts';
import type { FileIdentity } from './identify-file.ts';
import { identifyMedia } from './identify-media.ts';
import { keepFile } from './keep-file.ts';
import { type Media, mediaLimitBytes } from './media.ts';
import { readUpload, type TakeField, type Upload } from './read-upload.ts';
import { tooManyBytes } from './refusals.ts';
import { requireAllowed } from './require-allowed.ts';

/**
 * Keeps the file of a multipart request: known by its content, inside WhatsApp's limits, its bytes once in an
 * organization however often they are sent. A refused or broken upload leaves nothing behind.
 */
export async function uploadMedia(ctx: OrgContext, request: Request): Promise<Media> {
  const discard = ({ held }: HeldUpload) => held.discard();
  let asVoiceNote: boolean | undefined;
  const takeField: TakeField = (name, value) => {
    if (name !== 'voiceNote') return 'unknown-field';
    if (asVoiceNote !== undefined || (value !== 'true' && value !== 'false')) return notABoolean();
    asVoiceNote = value === 'true';
    return null;
  };
  const receive = (content: Readable) => holdUpload(ctx.storage, content, 'whatsapp');
  const upload = await readUpload(request, { receive, discard, takeField });
  const { organizationId, userId } = ctx;
  const { file } = upload;
  const voiceNote = asVoiceNote ?? false;
  try {
    const identity = await identify(upload, voiceNote);
    await requireAllowed(ctx, identity, file.sizeBytes);
    const { held, sizeBytes, sha256 } = file;
    const asked = { held, sizeBytes, sha256, organizationId, userId, voiceNote, inLibrary: true, ...identity };
    return await keepFile(ctx, asked, recordUpload);
  } finally {
    await discard(file);
  }
}

async function identify({ file, fileName }: Upload<HeldUpload>, voiceNote: boolean): Promise<FileIdentity> {
  const identity = await identifyMedia(file.likeness!, file.held.blob);
  if (voiceNote && identity.type.kind !== 'audio')
    throw invalid('voiceNote', {
      en: 'Only sound can be a voice note',
      tr: 'Yalnızca ses dosyası sesli mesaj olabilir',
    });
  const kind = voiceNote ? 'voice' : identity.type.kind;
  if (file.sizeBytes > mediaLimitBytes[kind]) throw tooManyBytes(kind);
  return { ...identity, kind, fileName: nameFile(fileName, identity.type, kind) };
}

async function recordUpload(ctx: OrgContext, row: Media, isNew: boolean): Promise<Media> {
  const { id, kind, fileName, sizeBytes } = row;
  if (isNew)
    await recordActivity(ctx, {
      verb: 'media.upload',
      subjectType: 'media',
      subjectId: id,
      details: { kind, fileName, sizeBytes },
    });
  return row;
}

const notABoolean = () =>
  invalid('voiceNote', { en: 'Send "true" or "false", once', tr: 'Bir kez "true" ya da "false" gönderin' });
