import { Readable } from 'node:stream';
import type { AppContext } from '#src/context.ts';
import { Problem } from '#src/platform/problem.ts';
import { readByteRange } from './byte-range.ts';
import type { Media } from './media.ts';

/** The bytes, so served that a browser never runs them: whole, a range, or 304. Throws 416 for a range past the end. */
export async function answerContent(
  ctx: Pick<AppContext, 'storage'>,
  row: Media,
  request: Request,
  { forEverybody = false } = {},
): Promise<Response> {
  const etag = `"${row.sha256}"`;
  const headers = new Headers({
    'Accept-Ranges': 'bytes',
    'Cache-Control': forEverybody ? 'public, max-age=31536000, immutable' : 'private, max-age=86400, immutable',
    'Content-Disposition': disposition(row),
    'Content-Security-Policy': "sandbox; default-src 'none'",
    'Content-Type': row.mimeType === 'text/plain' ? 'text/plain; charset=utf-8' : row.mimeType,
    ETag: etag,
    'X-Content-Type-Options': 'nosniff',
  });
  if (hasTag(request.headers.get('if-none-match'), etag)) return new Response(null, { status: 304, headers });
  const range = rangeOf(request, row, etag);
  if (range) headers.set('Content-Range', `bytes ${range.start}-${range.end}/${row.sizeBytes}`);
  headers.set('Content-Length', String(range ? range.end - range.start + 1 : row.sizeBytes));
  const status = range ? 206 : 200;
  if (request.method === 'HEAD') return new Response(null, { status, headers });
  const content = await ctx.storage.read(row.storageKey, range ?? undefined);
  return new Response(Readable.toWeb(content) as ReadableStream, { status, headers });
}

function rangeOf(request: Request, { sizeBytes }: Media, etag: string) {
  const condition = request.headers.get('if-range');
  if (condition !== null && condition !== etag) return null;
  const range = readByteRange(request.headers.get('range'), sizeBytes);
  if (range === 'unsatisfiable')
    throw new Problem('range-not-satisfiable', {
      detail: { en: `The file has ${sizeBytes} bytes`, tr: `Dosya ${sizeBytes} bayt` },
      headers: { 'Content-Range': `bytes */${sizeBytes}` },
    });
  return range;
}

/** Whether an If-None-Match header names the tag. */
export const hasTag = (header: string | null, etag: string): boolean =>
  (header ?? '').split(',').some((tag) => ['*', etag].includes(tag.trim().replace(/^W\//, '')));

/** RFC 6266: documents are saved, pictures and sound may be shown. */
function disposition({ kind, fileName }: Media): string {
  const ascii = fileName
    .normalize('NFKD')
    .replace(/ı/g, 'i')
    .replace(/\p{M}/gu, '')
    .replace(/[^\x20-\x7e]|["\\%]/gu, '_');
  const encoded = encodeURIComponent(fileName).replace(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `${kind === 'document' ? 'attachment' : 'inline'}; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}
