import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { newId } from '#src/platform/ids.ts';
import { invalid } from '#src/platform/problem.ts';
import type { Storage } from '#src/platform/storage.ts';
import { mediaLimitBytes } from './media.ts';
import { createTextCheck, type TextCheck } from './plain-text.ts';
import { tooManyBytes } from './refusals.ts';
import { HEAD_BYTES, type Likeness, sniffHead } from './sniff-head.ts';

/** Where uploads lie until they are known to be whole and wanted. */
export const UPLOADS = 'uploads';

export type ReceivedFile = { temporaryKey: string; sizeBytes: number; sha256: string; likeness: Likeness };

/**
 * Streams a file to a temporary key, hashing and counting on the way; memory stays flat.
 * Throws 415 after the first bytes of something unwanted, 413 at the byte that is one too many; then nothing is kept.
 */
export async function receiveFile(storage: Storage, content: Readable): Promise<ReceivedFile> {
  const temporaryKey = `${UPLOADS}/${newId()}`;
  const hash = createHash('sha256');
  const seen: { sizeBytes: number; likeness?: Likeness; text?: TextCheck } = { sizeBytes: 0 };
  const count = (chunk: Buffer, likeness: Likeness) => {
    seen.sizeBytes += chunk.length;
    if (seen.sizeBytes > mediaLimitBytes[likeness.kind]) throw tooManyBytes(likeness.kind);
    seen.text?.add(chunk);
    hash.update(chunk);
    return chunk;
  };
  async function* checked(): AsyncGenerator<Buffer> {
    for await (const chunk of headFirst(content)) {
      if (!seen.likeness) {
        seen.likeness = await sniffHead(chunk.subarray(0, HEAD_BYTES));
        if (seen.likeness.container === 'text') seen.text = createTextCheck();
      }
      yield count(chunk, seen.likeness);
    }
    seen.text?.end();
    if (seen.sizeBytes === 0) throw invalid('file', { en: 'The file is empty', tr: 'Dosya boş' });
  }
  await storage.write(temporaryKey, Readable.from(checked(), { objectMode: false }));
  return { temporaryKey, sizeBytes: seen.sizeBytes, sha256: hash.digest('hex'), likeness: seen.likeness! };
}

/** The same bytes, the first chunk long enough to sniff (or all there is). */
async function* headFirst(content: Readable): AsyncGenerator<Buffer> {
  let head: Buffer | null = Buffer.alloc(0);
  for await (const chunk of content as AsyncIterable<Buffer>) {
    if (head === null) {
      yield chunk;
      continue;
    }
    head = Buffer.concat([head, chunk]);
    if (head.length < HEAD_BYTES) continue;
    yield head;
    head = null;
  }
  if (head?.length) yield head;
}
