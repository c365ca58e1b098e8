import { fileTypeFromBlob } from 'file-type';
import { extensionOf, nameFile } from './file-name.ts';
import type { HeldUpload } from './hold-upload.ts';
import { type Identity, identifyMedia } from './identify-media.ts';
import { type MediaKind, type MediaType, mediaLimitBytes, mediaTypes } from './media.ts';

export type FileIdentity = Identity & { kind: MediaKind; fileName: string };

/** What is no medium of WhatsApp's but may be shown as what it is: none of them can run in a browser. */
const shown: Record<string, string> = {
  'image/webp': 'webp',
  'image/gif': 'gif',
  'image/heic': 'heic',
  'image/avif': 'avif',
  'image/bmp': 'bmp',
  'image/tiff': 'tif',
  'video/quicktime': 'mov',
  'video/webm': 'webm',
  'audio/wav': 'wav',
  'audio/flac': 'flac',
  'application/rtf': 'rtf',
  'application/zip': 'zip',
  'application/x-7z-compressed': '7z',
  'application/x-rar-compressed': 'rar',
  'application/vnd.oasis.opendocument.text': 'odt',
  'application/vnd.oasis.opendocument.spreadsheet': 'ods',
  'application/vnd.oasis.opendocument.presentation': 'odp',
};

/** What a file that need not be fit for sending may be served as. */
export const contentTypes = [
  ...mediaTypes.map((type) => type.mimeType),
  ...Object.keys(shown),
  'application/octet-stream',
];

/** Endings that no program runs at a double click; anything else that is not known by its content gets `.bin` behind it. */
const HARMLESS = new Set(
  (
    'txt csv tsv json ics vcf zip rar 7z gz tar webp gif heic heif avif bmp tif tiff psd ai dwg dxf step stl skp ' +
    'mov webm mkv avi wav flac rtf odt ods odp pages numbers key epub udf eyp p7s p7m'
  ).split(' '),
);

/**
 * What a file that need not be fit for sending is. Never refuses: what cannot be told is a document to be downloaded, and so is
 * what is larger than WhatsApp takes of its kind.
 */
export async function identifyFile(
  { likeness, held, sizeBytes }: HeldUpload,
  { name, voiceNote }: { name: string | undefined; voiceNote: boolean },
): Promise<FileIdentity> {
  const identity = likeness && (await identifyMedia(likeness, held.blob).catch(() => null));
  if (!identity) {
    const type = await strangeType(await held.blob('application/octet-stream'), name);
    return { type, durationSeconds: null, kind: 'document', fileName: nameFile(name, type, 'document') };
  }
  const spoken = voiceNote && identity.type.kind === 'audio' ? 'voice' : identity.type.kind;
  const kind = sizeBytes > mediaLimitBytes[spoken] ? 'document' : spoken;
  return { ...identity, kind, fileName: nameFile(name, identity.type, kind) };
}

async function strangeType(blob: Blob, name: string | undefined): Promise<MediaType> {
  const found = await fileTypeFromBlob(blob).catch(() => undefined);
  const known = found && shown[found.mime];
  if (known) return { mimeType: found.mime, kind: 'document', extension: known };
  const extension = extensionOf(name);
  return {
    mimeType: 'application/octet-stream',
    kind: 'document',
    extension: HARMLESS.has(extension) ? extension : 'bin',
  };
}
