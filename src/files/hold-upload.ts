import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { invalid } from '#src/platform/problem.ts';
import type { HeldFile, Storage } from '#src/platform/storage.ts';
import { MOST_BYTES, mediaLimitBytes } from './media.ts';
import { createTextCheck, type TextCheck } from './plain-text.ts';
import { tooManyBytes } from './refusals.ts';
import { HEAD_BYTES, type Likeness, sniffHead } from './sniff-head.ts';

/** `whatsapp`: only what can be sent. `anything`: what it is not known to be is kept as a download. */
export type Terms = 'whatsapp' | 'anything';

/** `likeness` is null where the content is nothing that WhatsApp takes. */
export type HeldUpload = { held: HeldFile; sizeBytes: number; sha256: string; likeness: Likeness | null };

/**
 * Streams a file to this machine's disk, hashing and counting on the way; memory stays flat. Throws 415 after the first bytes of
 * something unwanted, 413 at the byte that is one too many, 400 for an empty one; then nothing is kept.
 */
export async function holdUpload(storage: Storage, content: Readable, terms: Terms): Promise<HeldUpload> {
  const hash = createHash('sha256');
  const inspect = terms === 'whatsapp' ? inspectStrictly() : inspectKindly();
  let sizeBytes = 0;
  async function* checked(): AsyncGenerator<Buffer> {
    for await (const chunk of headFirst(content)) {
      sizeBytes += chunk.length;
      await inspect.add(chunk, sizeBytes);
      hash.update(chunk);
      yield chunk;
    }
    inspect.end();
    if (sizeBytes === 0) throw invalid('file', { en: 'The file is empty', tr: 'Dosya boş' });
  }
  const held = await storage.hold(Readable.from(checked(), { objectMode: false }));
  return { held, sizeBytes, sha256: hash.digest('hex'), likeness: inspect.likeness() };
}

type Inspection = {
  add(chunk: Buffer, sizeBytes: number): Promise<void>;
  end(): void;
  likeness(): Likeness | null;
};

function inspectStrictly(): Inspection {
  let likeness: Likeness | null = null;
  let text: TextCheck | undefined;
  return {
    async add(chunk, sizeBytes) {
      likeness ??= await sniffHead(chunk.subarray(0, HEAD_BYTES));
      if (likeness.container === 'text') text ??= createTextCheck();
      if (sizeBytes > mediaLimitBytes[likeness.kind]) throw tooManyBytes(likeness.kind);
      text?.add(chunk);
    },
    end: () => text?.end(),
    likeness: () => likeness,
  };
}

function inspectKindly(): Inspection {
  const strict = inspectStrictly();
  let strange = false;
  return {
    async add(chunk, sizeBytes) {
      if (sizeBytes > MOST_BYTES) throw tooManyBytes('document');
      if (!strange) await strict.add(chunk, 0).catch(() => (strange = true));
    },
    end() {
      try {
        if (!strange) strict.end();
      } catch {
        strange = true;
      }
    },
    likeness: () => (strange ? null : strict.likeness()),
  };
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
