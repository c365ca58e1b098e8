import { badRequest } from './evolution-error.ts';
import { checkImage, digestBase64, digestUrl, isBase64, isMediaUrl, mimetypeOf, type UploadedFile } from './media.ts';
import type { MediaKind, MessageContent } from './message-content.ts';
import type { Fields } from './request-body.ts';

interface MediaVerb {
  field: string;
  kind: (fields: Fields) => MediaKind;
  refusal: string;
}

const ownedMedia = 'Owned media must be a url or base64';
const ownedOrFile = 'Owned media must be a url, base64, or valid file with buffer';

const mediaVerbs: Record<string, MediaVerb> = {
  sendMedia: { field: 'media', kind: ({ mediatype }) => mediatype as MediaKind, refusal: ownedMedia },
  sendPtv: { field: 'video', kind: () => 'ptv', refusal: ownedMedia },
  sendWhatsAppAudio: { field: 'audio', kind: () => 'audio', refusal: ownedOrFile },
  sendSticker: { field: 'sticker', kind: () => 'sticker', refusal: ownedMedia },
};

const defaultFileNames: Partial<Record<MediaKind, string>> = { image: 'image.jpg', video: 'video.mp4' };

/** The three ways media may come, and the rules of each, before any byte is read. */
export function checkMediaSource(
  verb: string,
  fields: Fields,
  file?: UploadedFile,
): { kind: MediaKind; source: string } {
  const rule = mediaVerbs[verb];
  if (!rule) throw badRequest(`Unknown media verb ${verb}`);
  const kind = rule.kind(fields);
  const source = fields[rule.field];
  if (file) return { kind, source: '' };
  if (typeof source !== 'string' || !(isMediaUrl(source) || isBase64(source))) throw badRequest(rule.refusal);
  if (kind === 'document' && !isMediaUrl(source) && !fields.fileName) {
    throw badRequest('For base64 the file name must be informed.');
  }
  return { kind, source };
}

function nameFromUrl(source: string): string | undefined {
  return isMediaUrl(source) ? new URL(source).pathname.split('/').pop() || undefined : undefined;
}

export async function readMedia(verb: string, fields: Fields, file?: UploadedFile): Promise<MessageContent> {
  const { kind, source } = checkMediaSource(verb, fields, file);
  const digest = file ?? (isMediaUrl(source) ? await digestUrl(source) : digestBase64(source));
  if (kind === 'image' || kind === 'sticker') checkImage(digest);
  const given = typeof fields.fileName === 'string' ? fields.fileName : undefined;
  const documentName = kind === 'document' ? (file?.fileName ?? nameFromUrl(source)) : undefined;
  const fileName = given ?? documentName ?? defaultFileNames[kind];
  return {
    kind: 'media',
    media: kind,
    sha256: digest.sha256,
    size: digest.size,
    mimetype: mimetypeOf(kind, fileName, fields.mimetype as string | undefined),
    fileName,
    caption: kind === 'audio' || kind === 'sticker' ? undefined : (fields.caption as string | undefined),
  };
}
