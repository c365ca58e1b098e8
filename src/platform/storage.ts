import { createReadStream, createWriteStream, openAsBlob } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { newId } from './ids.ts';

/** Where uploaded bytes live. Keys are ours (hex and slashes), never a user's file name. */
export type Storage = {
  /** Streams to a temporary place and renames, so a key is either whole or absent. */
  write(key: string, content: Readable): Promise<void>;
  /** `end` is inclusive. Throws when the key is absent. */
  read(key: string, range?: { start: number; end: number }): Promise<Readable>;
  /** A handle that reads lazily, for multipart bodies. */
  blob(key: string, type: string): Promise<Blob>;
  delete(key: string): Promise<void>;
  /** Gives what lies at `from` the key `to`, in the place of what may be there. */
  move(from: string, to: string): Promise<void>;
  /** Deletes what lies directly below `prefix` and was last written before then, half written things too. */
  deleteOlder(prefix: string, before: Date): Promise<number>;
};

const KEY = /^[a-z0-9][a-z0-9/_-]*$/;

/** Storage on the local disk below `directory`. */
export function createDiskStorage(directory: string): Storage {
  const pathOf = (key: string): string => {
    if (!KEY.test(key)) throw new Error(`not a storage key: ${key}`);
    return join(directory, key);
  };
  return {
    async write(key, content) {
      const temporary = `${pathOf(key)}.${newId()}.part`;
      await mkdir(dirname(temporary), { recursive: true });
      try {
        await pipeline(content, createWriteStream(temporary, { mode: 0o600, flush: true }));
        await rename(temporary, pathOf(key));
      } catch (error) {
        await rm(temporary, { force: true });
        throw error;
      }
    },
    async read(key, range) {
      await stat(pathOf(key));
      return createReadStream(pathOf(key), range);
    },
    blob: (key, type) => openAsBlob(pathOf(key), { type }),
    delete: (key) => rm(pathOf(key), { force: true }),
    async move(from, to) {
      await mkdir(dirname(pathOf(to)), { recursive: true });
      await rename(pathOf(from), pathOf(to));
    },
    deleteOlder: (prefix, before) => deleteOlderFiles(pathOf(prefix), before),
  };
}

async function deleteOlderFiles(directory: string, before: Date): Promise<number> {
  const entries = await readdir(directory, { withFileTypes: true }).catch(() => []);
  let deleted = 0;
  for (const entry of entries) {
    const path = join(directory, entry.name);
    const seen = entry.isFile() ? await stat(path).catch(() => null) : null;
    if (!seen || seen.mtime >= before) continue;
    await rm(path, { force: true });
    deleted++;
  }
  return deleted;
}
