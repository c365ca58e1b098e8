import type { media, mediaKinds } from '#src/db/schema/files.ts';

export type Media = typeof media.$inferSelect;
export type MediaKind = (typeof mediaKinds)[number];

const MEGABYTE = 1024 * 1024;

/**
 * The most bytes WhatsApp takes of each kind.
 * https://docs.aws.amazon.com/social-messaging/latest/userguide/supported-media-types.html
 */
export const mediaLimitBytes: Record<MediaKind, number> = {
  image: 5 * MEGABYTE,
  video: 16 * MEGABYTE,
  audio: 16 * MEGABYTE,
  voice: 16 * MEGABYTE,
  document: 100 * MEGABYTE,
};

/** Of any file at all. */
export const MOST_BYTES = mediaLimitBytes.document;

/** https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/image-messages/ */
export const takesCaption = (kind: MediaKind): boolean => kind === 'image' || kind === 'video' || kind === 'document';

export type MediaType = {
  mimeType: string;
  kind: Exclude<MediaKind, 'voice'>;
  extension: string;
  alsoExtensions?: string[];
};

const office = 'application/vnd.openxmlformats-officedocument';

/** What may be uploaded; a type is known by its content, its extension follows from it. */
export const mediaTypes: readonly MediaType[] = [
  { mimeType: 'image/jpeg', kind: 'image', extension: 'jpg', alsoExtensions: ['jpeg'] },
  { mimeType: 'image/png', kind: 'image', extension: 'png' },
  { mimeType: 'video/mp4', kind: 'video', extension: 'mp4' },
  { mimeType: 'video/3gpp', kind: 'video', extension: '3gp' },
  { mimeType: 'audio/ogg', kind: 'audio', extension: 'ogg', alsoExtensions: ['opus', 'oga'] },
  { mimeType: 'audio/mpeg', kind: 'audio', extension: 'mp3' },
  { mimeType: 'audio/mp4', kind: 'audio', extension: 'm4a' },
  { mimeType: 'audio/aac', kind: 'audio', extension: 'aac' },
  { mimeType: 'audio/amr', kind: 'audio', extension: 'amr' },
  { mimeType: 'application/pdf', kind: 'document', extension: 'pdf' },
  { mimeType: 'text/plain', kind: 'document', extension: 'txt' },
  { mimeType: 'application/msword', kind: 'document', extension: 'doc' },
  { mimeType: 'application/vnd.ms-excel', kind: 'document', extension: 'xls' },
  { mimeType: 'application/vnd.ms-powerpoint', kind: 'document', extension: 'ppt' },
  { mimeType: `${office}.wordprocessingml.document`, kind: 'document', extension: 'docx' },
  { mimeType: `${office}.spreadsheetml.sheet`, kind: 'document', extension: 'xlsx' },
  { mimeType: `${office}.presentationml.presentation`, kind: 'document', extension: 'pptx' },
];

export const findMediaType = (mimeType: string): MediaType | undefined =>
  mediaTypes.find((type) => type.mimeType === mimeType);
