import { mkdtemp, readdir, rm, stat, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDiskStorage, type Storage } from '#src/platform/storage.ts';

let directory: string;
let storage: Storage;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ulak-storage-'));
  storage = createDiskStorage(directory);
});
afterEach(() => rm(directory, { recursive: true }));

const write = (key: string, content: string) => storage.write(key, Readable.from([content]));
const read = async (key: string, range?: { start: number; end: number }) => text(await storage.read(key, range));

describe('createDiskStorage', () => {
  it('gives back what was written, whole or in part', async () => {
    await write('media/ab/one', 'hello');
    expect(await read('media/ab/one')).toBe('hello');
    expect(await read('media/ab/one', { start: 1, end: 3 })).toBe('ell');
    const blob = await storage.blob('media/ab/one', 'text/plain');
    expect([blob.type, await blob.text()]).toEqual(['text/plain', 'hello']);
  });

  it('keeps files to their owner', async () => {
    await write('one', 'hello');
    expect((await stat(join(directory, 'one'))).mode & 0o077).toBe(0);
  });

  it('writes over what was there, all of it', async () => {
    await write('one', 'a long text');
    await write('one', 'short');
    expect(await read('one')).toBe('short');
  });

  it('leaves nothing, and what was there as it was, when the content breaks off', async () => {
    await write('media/one', 'before');
    const broken = Readable.from(
      (async function* () {
        yield 'half';
        throw new Error('the sender went away');
      })(),
    );
    await expect(storage.write('media/one', broken)).rejects.toThrow('went away');
    expect(await read('media/one')).toBe('before');
    expect(await readdir(join(directory, 'media'))).toEqual(['one']);
  });

  it('never shows a half written file to who reads meanwhile', async () => {
    await write('one', 'a'.repeat(100_000));
    const writing = Promise.all(Array.from({ length: 5 }, (_, i) => write('one', String(i).repeat(100_000))));
    for (let i = 0; i < 20; i++) {
      const seen = await buffer(await storage.read('one'));
      expect([seen.length, new Set(seen).size]).toEqual([100_000, 1]);
    }
    await writing;
    expect(await readdir(directory)).toEqual(['one']);
  });

  it.each(['../up', '/etc/passwd', 'a/../../b', 'a\0b', '', 'A', '.hidden', 'a b', 'a\\b', 'ü'])(
    'refuses the key %j',
    async (key) => {
      await expect(async () => storage.read(key)).rejects.toThrow('not a storage key');
      await expect(async () => write(key, 'x')).rejects.toThrow('not a storage key');
      await expect(async () => storage.delete(key)).rejects.toThrow('not a storage key');
      await expect(async () => storage.move('one', key)).rejects.toThrow('not a storage key');
    },
  );

  it('says when there is nothing at a key; deleting it is done already', async () => {
    await expect(storage.read('nothing')).rejects.toMatchObject({ code: 'ENOENT' });
    await storage.delete('nothing');
  });

  it('moves, over what was there', async () => {
    await write('uploads/one', 'new');
    await write('media/one', 'old');
    await storage.move('uploads/one', 'media/one');
    expect(await read('media/one')).toBe('new');
    await expect(storage.read('uploads/one')).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('deletes what is older, and only directly below', async () => {
    for (const key of ['uploads/old', 'uploads/new', 'uploads/deep/old', 'media/old']) await write(key, 'x');
    const yesterday = new Date('2026-03-01T00:00:00Z');
    for (const key of ['uploads/old', 'uploads/deep/old', 'media/old'])
      await utimes(join(directory, key), yesterday, yesterday);
    expect(await storage.deleteOlder('uploads', new Date('2026-03-02T00:00:00Z'))).toBe(1);
    expect((await readdir(join(directory, 'uploads'))).sort()).toEqual(['deep', 'new']);
    expect(await storage.deleteOlder('nowhere', new Date())).toBe(0);
  });
});
