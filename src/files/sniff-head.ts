import { fileTypeFromBuffer } from 'file-type';
import { findMediaType, type MediaKind, type MediaType } from './media.ts';
import { unacceptable } from './refusals.ts';

/** Enough to tell what a file is, or which container it is in. */
export const HEAD_BYTES = 4100;

/** What the first bytes promise. Of a container the whole file must be read to know the type; its limit is known already. */
export type Likeness =
  | { container: 'none'; type: MediaType; kind: MediaKind }
  | { container: Container; kind: MediaKind };
export type Container = 'iso' | 'zip' | 'compound' | 'text';

/** Two letters at the start of a text look like these. */
const MISTAKEN_FOR = new Set(['bmp', 'exe']);
const synonyms: Record<string, string> = {
  'audio/ogg; codecs=opus': 'audio/ogg',
  'image/apng': 'image/png',
};

/** Throws 415 for what is not accepted whatever follows. */
export async function sniffHead(head: Uint8Array): Promise<Likeness> {
  const found = await fileTypeFromBuffer(head);
  if (!found || (MISTAKEN_FOR.has(found.ext) && !head.includes(0))) return { container: 'text', kind: 'document' };
  if (isIsoMedia(head)) return isoLikeness(found.ext);
  if (found.ext === 'cfb') return { container: 'compound', kind: 'document' };
  if (head[0] === 0x50 && head[1] === 0x4b) return { container: 'zip', kind: 'document' };
  if (found.mime === 'audio/ogg' || found.ext === 'ogx' || found.ext.startsWith('og')) throw unacceptable('ogg');
  const type = findMediaType(synonyms[found.mime] ?? found.mime);
  if (!type || found.ext === 'mp1' || found.ext === 'mp2') throw unacceptable(found.ext);
  return { container: 'none', type, kind: type.kind };
}

const isIsoMedia = (head: Uint8Array): boolean => Buffer.from(head.subarray(4, 8)).toString('latin1') === 'ftyp';

const ISO_EXTENSIONS = new Set(['mp4', 'm4v', 'm4a', 'm4b', '3gp']);

function isoLikeness(extension: string): Likeness {
  if (!ISO_EXTENSIONS.has(extension)) throw unacceptable(extension);
  return { container: 'iso', kind: 'video' };
}
