import { Readable } from 'node:stream';
import type { AppContext } from '#src/context.ts';
import type { Turnstile } from '#src/platform/turnstile.ts';
import { hasTag } from './answer-content.ts';
import { findThumbnail } from './find-thumbnail.ts';
import type { Media } from './media.ts';
import { THUMBNAIL_PIXELS } from './thumbnail.ts';

/** The thumbnail of a picture, to be kept by the browser for ever: the same bytes have the same one. */
export async function answerThumbnail(
  ctx: AppContext,
  row: Media,
  request: Request,
  making: Turnstile,
): Promise<Response> {
  const etag = `"${row.sha256}-${THUMBNAIL_PIXELS}"`;
  const headers = {
    'Cache-Control': 'private, max-age=31536000, immutable',
    'Content-Security-Policy': "sandbox; default-src 'none'",
    'Content-Type': 'image/webp',
    ETag: etag,
    'X-Content-Type-Options': 'nosniff',
  };
  const key = await findThumbnail(ctx, row, making);
  if (hasTag(request.headers.get('if-none-match'), etag)) return new Response(null, { status: 304, headers });
  if (request.method === 'HEAD') return new Response(null, { headers });
  return new Response(Readable.toWeb(await ctx.storage.read(key)) as ReadableStream, { headers });
}
