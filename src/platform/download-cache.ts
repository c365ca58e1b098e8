import { openAsBlob } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { newId } from './ids.ts';
import { HELD, writeWhole } from './local-files.ts';

const MOST_BYTES = 512 * 1024 * 1024;
/** Longer than any call that reads a blob takes. */
const IN_USE_MS = 15 * 60_000;
/** Before the sweep of what lies about for a day. */
const FRESH_MS = 12 * 3_600_000;

type Copy = { path: string; sizeBytes: number; madeMs: number; usedMs: number };

/**
 * Copies on this machine's disk of what is read again and again: a campaign's picture is fetched once, not once a recipient. What was
 * not used for a while goes first when there are too many bytes; what is in use stays.
 */
export function createDownloadCache(
  directory: string,
  download: (key: string) => Promise<Readable>,
  { mostBytes = MOST_BYTES, nowMs = () => performance.now() } = {},
) {
  const copies = new Map<string, Promise<Copy>>();

  async function fetchCopy(key: string): Promise<Copy> {
    const path = join(directory, HELD, newId());
    await writeWhole(path, await download(key));
    const { size } = await stat(path);
    return { path, sizeBytes: size, madeMs: nowMs(), usedMs: nowMs() };
  }

  async function copyOf(key: string): Promise<Copy> {
    const known = copies.get(key);
    const copy = known && (await known.catch(() => null));
    if (copy && nowMs() - copy.madeMs < FRESH_MS && (await stat(copy.path).catch(() => null))) return copy;
    if (copies.get(key) === known) {
      const fetching = fetchCopy(key);
      copies.set(key, fetching);
      fetching.catch(() => copies.get(key) === fetching && copies.delete(key));
    }
    return (await copies.get(key)) ?? copyOf(key);
  }

  async function evict(): Promise<void> {
    const all = await Promise.all(
      [...copies].map(async ([key, copy]) => ({ key, copy: await copy.catch(() => null) })),
    );
    const kept = all.flatMap(({ key, copy }) => (copy ? [{ key, ...copy }] : []));
    let bytes = kept.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    for (const { key, path, sizeBytes, usedMs } of kept.sort((a, b) => a.usedMs - b.usedMs)) {
      if (bytes <= mostBytes || nowMs() - usedMs < IN_USE_MS) return;
      copies.delete(key);
      bytes -= sizeBytes;
      await rm(path, { force: true });
    }
  }

  return {
    async blob(key: string, type: string): Promise<Blob> {
      const copy = await copyOf(key);
      copy.usedMs = nowMs();
      await evict();
      return openAsBlob(copy.path, { type });
    },
    /** Its bytes are not to be found any more. */
    async forget(key: string): Promise<void> {
      const copy = await copies.get(key)?.catch(() => null);
      copies.delete(key);
      if (copy) await rm(copy.path, { force: true });
    },
  };
}
