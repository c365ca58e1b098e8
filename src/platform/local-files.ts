import { createWriteStream, openAsBlob } from 'node:fs';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { newId } from './ids.ts';
import type { HeldFile } from './storage.ts';

/** Below a storage's directory: where files lie until it is known that they are wanted. */
export const HELD = 'uploads';
const BATCH = 500;

/** Leaves nothing behind when the content breaks off. */
export async function writeWhole(path: string, content: Readable): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  try {
    await pipeline(content, createWriteStream(path, { mode: 0o600, flush: true }));
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
}

/** @param keep gives the file at a path of this machine a key of the storage. */
export async function holdFile(
  directory: string,
  content: Readable,
  keep: (path: string, key: string) => Promise<void>,
): Promise<HeldFile> {
  const path = join(directory, HELD, newId());
  await writeWhole(path, content);
  return {
    blob: (type) => openAsBlob(path, { type }),
    keep: (key) => keep(path, key),
    discard: () => rm(path, { force: true }),
  };
}

/** Deletes files below `directory/below`, however deep, that were last written before then and of which `wanted` names none. */
export async function deleteOlderFiles(
  directory: string,
  below: string,
  before: Date,
  wanted: (keys: string[]) => Promise<Set<string>> = async () => new Set(),
): Promise<number> {
  let deleted = 0;
  for await (const paths of inBatches(olderFiles(join(directory, below), before))) {
    const keep = await wanted(paths.map((path) => relative(directory, path)));
    for (const path of paths.filter((path) => !keep.has(relative(directory, path)))) {
      await rm(path, { force: true });
      deleted++;
    }
  }
  return deleted;
}

async function* olderFiles(directory: string, before: Date): AsyncGenerator<string> {
  for (const entry of await readdir(directory, { withFileTypes: true }).catch(() => [])) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) yield* olderFiles(path, before);
    else if (((await stat(path).catch(() => null))?.mtime ?? before) < before) yield path;
  }
}

async function* inBatches(paths: AsyncIterable<string>): AsyncGenerator<string[]> {
  let batch: string[] = [];
  for await (const path of paths) {
    if (batch.push(path) < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
