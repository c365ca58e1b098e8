import { createReadStream, openAsBlob } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { newId } from './ids.ts';
import { deleteOlderFiles, HELD, holdFile, writeWhole } from './local-files.ts';
import { requireKey, type Storage, StorageError } from './storage.ts';

/** Storage on the local disk below `directory`. */
export function createDiskStorage(directory: string): Storage {
  const pathOf = (key: string): string => join(directory, requireKey(key));
  return {
    async write(key, content) {
      const temporary = `${pathOf(key)}.${newId()}.part`;
      await writeWhole(temporary, content);
      await rename(temporary, pathOf(key));
    },
    hold: (content) =>
      holdFile(directory, content, async (path, key) => {
        await mkdir(dirname(pathOf(key)), { recursive: true });
        await rename(path, pathOf(key));
      }),
    async read(key, range) {
      await requireFile(pathOf(key));
      return createReadStream(pathOf(key), range);
    },
    async blob(key, type) {
      await requireFile(pathOf(key));
      return openAsBlob(pathOf(key), { type });
    },
    exists: async (key) =>
      requireFile(pathOf(key)).then(
        () => true,
        (error: StorageError) => (error.trouble === 'absent' ? false : Promise.reject(error)),
      ),
    delete: async (key) => rm(pathOf(key), { force: true }),
    deleteOlder: async (prefix, before, wanted) => deleteOlderFiles(directory, requireKey(prefix), before, wanted),
    sweepHeld: (before) => deleteOlderFiles(directory, HELD, before),
    close() {},
  };
}

async function requireFile(path: string): Promise<void> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
    throw new StorageError('unavailable', 'the disk cannot be read', error);
  });
  if (!found?.isFile()) throw new StorageError('absent', 'nothing is at the key');
}
