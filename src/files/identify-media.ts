import { fileTypeFromBlob } from 'file-type';
import { parseBlob } from 'music-metadata';
import { readCompoundFileType } from './compound-file.ts';
import { readImageSize } from './image-size.ts';
import { findMediaType, type MediaType } from './media.ts';
import { broken, tooManyPixels, unacceptable } from './refusals.ts';
import type { Likeness } from './sniff-head.ts';

const MOST_PIXELS = 50_000_000;

export type Identity = { type: MediaType; durationSeconds: number | null };
export type OpenBlob = (type: string) => Promise<Blob>;

/** What a whole file is, by its content; throws 415 where it does not keep what its first bytes promised. */
export async function identifyMedia(likeness: Likeness, open: OpenBlob): Promise<Identity> {
  switch (likeness.container) {
    case 'iso':
      return identifyIso(await open('audio/mp4'));
    case 'zip':
      return identifyZip(await open('application/zip'));
    case 'compound':
      return document(await readCompoundFileType(await open('application/x-cfb')), 'cfb');
    case 'text':
      return document('text/plain', 'txt');
    case 'none':
      return identifyPlain(likeness.type, await open(likeness.type.mimeType));
  }
}

function document(mimeType: string | null, found: string): Identity {
  const type = mimeType === null ? undefined : findMediaType(mimeType);
  if (!type) throw unacceptable(found);
  return { type, durationSeconds: null };
}

async function identifyZip(blob: Blob): Promise<Identity> {
  const found = await fileTypeFromBlob(blob);
  return document(found?.mime ?? null, found?.ext ?? 'zip');
}

async function identifyPlain(type: MediaType, blob: Blob): Promise<Identity> {
  if (type.kind === 'image') await checkImage(type, blob);
  if (type.kind !== 'audio') return { type, durationSeconds: null };
  if (type.mimeType === 'audio/amr') return { type, durationSeconds: null };
  const { duration } = await readSound(blob, type.extension);
  return { type, durationSeconds: duration };
}

async function checkImage(type: MediaType, blob: Blob): Promise<void> {
  const size = await readImageSize(blob, type.mimeType);
  if (!size) throw broken(type.extension);
  if (size.width * size.height > MOST_PIXELS) throw tooManyPixels(MOST_PIXELS);
}

/** mp4 and its kin: a video when there is a picture track, sound when there is none. */
async function identifyIso(blob: Blob): Promise<Identity> {
  const { duration, hasVideo } = await readSound(blob, 'mp4');
  const found = await fileTypeFromBlob(blob);
  const mimeType = !hasVideo ? 'audio/mp4' : found?.ext === '3gp' ? 'video/3gpp' : 'video/mp4';
  return { type: findMediaType(mimeType)!, durationSeconds: duration };
}

async function readSound(blob: Blob, extension: string): Promise<{ duration: number | null; hasVideo: boolean }> {
  const { format } = await parseBlob(blob, { skipCovers: true }).catch(() => ({ format: null }));
  if (!format || (!format.hasAudio && !format.hasVideo)) throw broken(extension);
  const duration = format.duration === undefined ? null : Math.round(format.duration);
  return { duration, hasVideo: format.hasVideo === true };
}
