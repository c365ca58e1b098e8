import { PassThrough, pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { ArchiveFault } from './archive-fault.ts';

/** Rows of figures shrink to a fiftieth; what shrinks to less was made to do harm. */
const MOST_DENSE = 200;
/** Of less one cannot tell: what was read in advance counts as read. */
const TOLD_FROM = 64 * 1024 * 1024;

/** The bytes behind gzip, as they are asked for. Throws for what is none, ends too early, or grows beyond what is allowed. */
export async function* inflate(bytes: AsyncIterable<Uint8Array>, limitBytes: number): AsyncGenerator<Uint8Array> {
  let [packed, unpacked] = [0, 0];
  async function* counted() {
    for await (const chunk of bytes) {
      packed += chunk.length;
      yield chunk;
    }
  }
  const out = new PassThrough();
  pipeline(Readable.from(counted(), { objectMode: false }), createGunzip(), out, () => {});
  try {
    for await (const chunk of out as AsyncIterable<Uint8Array>) {
      unpacked += chunk.length;
      if (unpacked > limitBytes) throw new ArchiveFault('too-large', 'gzip');
      if (unpacked > TOLD_FROM && unpacked > packed * MOST_DENSE) throw new ArchiveFault('too-dense', 'gzip');
      yield chunk;
    }
  } catch (error) {
    const code = (error as { code?: string }).code;
    if (code === 'Z_BUF_ERROR') throw new ArchiveFault('truncated', 'gzip', error);
    if (code?.startsWith('Z_')) throw new ArchiveFault('not-an-archive', 'gzip', error);
    throw error;
  }
}
