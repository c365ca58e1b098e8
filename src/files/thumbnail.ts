import sharp from 'sharp';
import type { Media } from './media.ts';

/** Longest side, in pixels. */
export const THUMBNAIL_PIXELS = 320;
const MOST_PIXELS = 50_000_000;
/** It is read into memory whole. */
const MOST_BYTES = 25 * 1024 * 1024;

const mimeTypes: Record<string, string[]> = {
  'image/jpeg': ['jpeg'],
  'image/png': ['png'],
  'image/webp': ['webp'],
  'image/gif': ['gif'],
  'image/avif': ['heif'],
};

/** Pictures that can be made small. */
export const hasThumbnail = ({ mimeType, sizeBytes }: Pick<Media, 'mimeType' | 'sizeBytes'>): boolean =>
  Object.hasOwn(mimeTypes, mimeType) && sizeBytes <= MOST_BYTES;

/**
 * A small WebP of a picture, turned the right way up, without place, camera or anything else that the picture tells of itself; the
 * first image of an animation. Null: the content is damaged, too large to unpack, or not what it was taken for.
 */
export async function renderThumbnail(content: Buffer, mimeType: string): Promise<Buffer | null> {
  // one thread for each of the few that are made at once, and nothing kept of them
  sharp.concurrency(1);
  sharp.cache(false);
  try {
    const picture = sharp(content, { limitInputPixels: MOST_PIXELS, failOn: 'error', sequentialRead: true });
    const { format } = await picture.metadata();
    if (!mimeTypes[mimeType]?.includes(format)) return null;
    return await picture
      .autoOrient()
      .resize({ width: THUMBNAIL_PIXELS, height: THUMBNAIL_PIXELS, fit: 'inside', withoutEnlargement: true })
      .webp({ quality: 75 })
      .timeout({ seconds: 10 })
      .toBuffer();
  } catch {
    return null;
  }
}
