import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { HeldFile, Storage } from '#src/platform/storage.ts';

/** Bytes on this machine's disk, counted and hashed on their way there. */
export type Spooled = { held: HeldFile; bytes: number; sha256: string };

/** Streams to a file that is swept away if we are killed; memory stays flat. */
export async function spool(
  storage: Storage,
  content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<Spooled> {
  const hash = createHash('sha256');
  let bytes = 0;
  async function* counted() {
    for await (const chunk of content) {
      bytes += chunk.length;
      hash.update(chunk);
      yield chunk;
    }
  }
  const held = await storage.hold(Readable.from(counted(), { objectMode: false }));
  return { held, bytes, sha256: hash.digest('hex') };
}

/** What was spooled, again. */
export async function* readSpooled({ held }: Pick<Spooled, 'held'>): AsyncGenerator<Uint8Array> {
  const blob = await held.blob('application/octet-stream');
  yield* blob.stream() as unknown as AsyncIterable<Uint8Array>;
}
