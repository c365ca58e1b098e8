import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createDownloadCache } from '#src/platform/download-cache.ts';

let directory: string;
let nowMs = 0;
let fetched: string[] = [];
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ulak-cache-'));
  [nowMs, fetched] = [0, []];
});
afterEach(() => rm(directory, { recursive: true }));

const cacheOf = (mostBytes = 1_000) =>
  createDownloadCache(
    directory,
    async (key) => {
      fetched.push(key);
      if (key === 'broken') throw new Error('away');
      return Readable.from([key.repeat(10)]);
    },
    { mostBytes, nowMs: () => nowMs },
  );
const copies = async () => (await readdir(join(directory, 'uploads'))).length;

test('a file that is read again and again, and by many at once, is fetched once', async () => {
  const cache = cacheOf();
  const blobs = await Promise.all(Array.from({ length: 10 }, () => cache.blob('aa', 'x/y')));
  expect(await Promise.all(blobs.map((blob) => blob.text()))).toEqual(Array(10).fill('aa'.repeat(10)));
  await cache.blob('aa', 'x/y');
  expect([fetched, await copies()]).toEqual([['aa'], 1]);
});

test('what could not be fetched is asked for again', async () => {
  const cache = cacheOf();
  await expect(cache.blob('broken', 'x/y')).rejects.toThrow('away');
  await expect(cache.blob('broken', 'x/y')).rejects.toThrow('away');
  expect(fetched).toHaveLength(2);
});

test('a copy that the disk lost, an old one and a forgotten one are fetched anew', async () => {
  const cache = cacheOf();
  await cache.blob('aa', 'x/y');
  await rm(join(directory, 'uploads'), { recursive: true });
  expect(await (await cache.blob('aa', 'x/y')).text()).toBe('aa'.repeat(10));
  nowMs += 12 * 3_600_000;
  await cache.blob('aa', 'x/y');
  await cache.forget('aa');
  await cache.blob('aa', 'x/y');
  expect(fetched).toHaveLength(4);
});

test('of too many bytes the longest unused go; those in use never', async () => {
  const cache = cacheOf(45);
  for (const key of ['aa', 'bb', 'cc']) await cache.blob(key, 'x/y');
  expect(await copies()).toBe(3);
  nowMs += 15 * 60_000;
  await cache.blob('aa', 'x/y');
  expect(await copies()).toBe(2);
  await cache.blob('aa', 'x/y');
  await cache.blob('cc', 'x/y');
  expect(fetched).toEqual(['aa', 'bb', 'cc']);
});
