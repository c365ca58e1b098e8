import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createDiskStorage } from '#src/platform/create-disk-storage.ts';
import { createS3Storage } from '#src/platform/create-s3-storage.ts';
import { isOutage } from '#src/platform/is-outage.ts';
import type { Storage } from '#src/platform/storage.ts';
import { S3_BUCKET, S3_CREDENTIALS, type S3Server, startS3Server } from '#test/support/s3-server.ts';

let server: S3Server;
beforeAll(async () => {
  server = await startS3Server();
});
afterAll(() => server[Symbol.asyncDispose]());

let directory: string;
let storage: Storage;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ulak-storage-'));
});
afterEach(async () => {
  storage.close();
  await rm(directory, { recursive: true });
});

const s3 = (more: object = {}) =>
  createS3Storage(
    {
      ...{ bucket: S3_BUCKET, region: 'eu-central-1', endpoint: server.endpoint, forcePathStyle: true },
      ...{ credentials: S3_CREDENTIALS, ...more },
    },
    directory,
  );
const makers = { disk: () => createDiskStorage(directory), S3: s3 };
const write = (key: string, content: string | Buffer) => storage.write(key, Readable.from([Buffer.from(content)]));
const read = async (key: string, range?: { start: number; end: number }) => text(await storage.read(key, range));
const hashOf = (content: Buffer) => createHash('sha256').update(content).digest('hex');
/** What lies about on this machine. */
const held = async () => readdir(join(directory, 'uploads')).catch(() => []);

describe.each(Object.entries(makers))('a storage: %s', (_, make) => {
  beforeEach(() => {
    storage = make();
  });

  it('gives back what was written, whole or in part', async () => {
    await write('media/ab/one', 'hello');
    expect(await read('media/ab/one')).toBe('hello');
    expect(await read('media/ab/one', { start: 1, end: 3 })).toBe('ell');
    for (let again = 0; again < 2; again++) {
      const blob = await storage.blob('media/ab/one', 'text/plain');
      expect([blob.type, blob.size, await blob.text()]).toEqual(['text/plain', 5, 'hello']);
    }
    expect([await storage.exists('media/ab/one'), await storage.exists('media/ab')]).toEqual([true, false]);
  });

  it('takes what is larger than a part of an upload, byte by byte, and reads it in the middle', async () => {
    const content = randomBytes(18 * 1024 * 1024 + 7);
    await storage.write('large', Readable.from(slices(content)));
    expect(hashOf(await buffer(await storage.read('large')))).toBe(hashOf(content));
    const part = await buffer(await storage.read('large', { start: 9_000_000, end: 9_000_099 }));
    expect(part.equals(content.subarray(9_000_000, 9_000_100))).toBe(true);
    await storage.delete('large');
  });

  it('writes over what was there, all of it', async () => {
    await write('one', 'a long text');
    await write('one', 'short');
    expect(await read('one')).toBe('short');
  });

  it('leaves nothing, and what was there as it was, when the content breaks off', async () => {
    await write('broken/one', 'before');
    for (const length of [4, 9_000_000]) {
      const broken = Readable.from(
        (async function* () {
          yield Buffer.alloc(length, 'h');
          throw new Error('the sender went away');
        })(),
      );
      await expect(storage.write('broken/one', broken)).rejects.toThrow('went away');
      const other = Readable.from(
        (async function* () {
          yield Buffer.from('half');
          throw new Error('the sender went away');
        })(),
      );
      await expect(storage.hold(other)).rejects.toThrow('went away');
    }
    expect(await read('broken/one')).toBe('before');
    expect(await held()).toEqual([]);
    expect(await storage.deleteOlder('broken', new Date(Date.now() + 60_000))).toBe(1);
  });

  it.each(['../up', '/etc/passwd', 'a/../../b', 'a\0b', '', 'A', '.hidden', 'a b', 'a\\b', 'ü'])(
    'refuses the key %j',
    async (key) => {
      const { read, blob, exists, delete: remove } = storage;
      for (const call of [
        read,
        exists,
        remove,
        (key: string) => blob(key, 'text/plain'),
        (key: string) => write(key, 'x'),
      ])
        await expect(async () => call(key)).rejects.toThrow('not a storage key');
      const one = await storage.hold(Readable.from(['x']));
      await expect(async () => one.keep(key)).rejects.toThrow('not a storage key');
      await one.discard();
    },
  );

  it('says when there is nothing at a key; deleting it is done already', async () => {
    await expect(storage.read('nothing')).rejects.toMatchObject({ trouble: 'absent' });
    await expect(storage.blob('nothing', 'text/plain')).rejects.toMatchObject({ trouble: 'absent' });
    expect(await storage.exists('nothing')).toBe(false);
    await storage.delete('nothing');
    await write('something', 'x');
    await (await storage.blob('something', 'text/plain')).text();
    await storage.delete('something');
    await expect(storage.blob('something', 'text/plain')).rejects.toMatchObject({ trouble: 'absent' });
  });

  it('holds what is looked into first, and keeps it or throws it away', async () => {
    const [kept, unwanted] = await Promise.all(['new', 'no'].map((content) => storage.hold(Readable.from([content]))));
    expect(await (await kept!.blob('text/plain')).text()).toBe('new');
    await write('media/a/one', 'old');
    await kept!.keep('media/a/one');
    await kept!.discard();
    await unwanted!.discard();
    expect([await read('media/a/one'), await storage.exists('media/a/one')]).toEqual(['new', true]);
    expect(await held()).toEqual([]);
  });

  it('deletes what is older, however deep, and not what is wanted', async () => {
    for (const key of ['old/a/one', 'old/b/c/two', 'old/wanted', 'older/one']) await write(key, 'x');
    expect(await storage.deleteOlder('old', new Date(Date.now() - 3_600_000))).toBe(0);
    const asked: string[] = [];
    const wanted = async (keys: string[]) => {
      asked.push(...keys);
      return new Set(['old/wanted']);
    };
    expect(await storage.deleteOlder('old', new Date(Date.now() + 60_000), wanted)).toBe(2);
    expect(asked.sort()).toEqual(['old/a/one', 'old/b/c/two', 'old/wanted']);
    const left = await Promise.all(['old/a/one', 'old/wanted', 'older/one'].map((key) => storage.exists(key)));
    expect(left).toEqual([false, true, true]);
    expect(await storage.deleteOlder('nowhere', new Date())).toBe(0);
  });

  it('throws away what was held by a process that was killed', async () => {
    const [old, young] = await Promise.all(['old', 'new'].map((content) => storage.hold(Readable.from([content]))));
    const [name] = await held();
    const yesterday = new Date('2026-03-01T00:00:00Z');
    await utimes(join(directory, 'uploads', name!), yesterday, yesterday);
    expect(await storage.sweepHeld(new Date('2026-03-02T00:00:00Z'))).toBe(1);
    expect(await held()).toHaveLength(1);
    await Promise.all([old!.discard(), young!.discard()]);
  });
});

describe('the disk', () => {
  beforeEach(() => {
    storage = makers.disk();
  });

  it('never shows a half written file to who reads meanwhile', async () => {
    await write('one', 'a'.repeat(100_000));
    const writing = Promise.all(Array.from({ length: 5 }, (_, i) => write('one', String(i).repeat(100_000))));
    for (let i = 0; i < 10; i++) {
      const seen = await buffer(await storage.read('one'));
      expect([seen.length, new Set(seen).size]).toEqual([100_000, 1]);
    }
    await writing;
  });

  it('keeps files to their owner', async () => {
    await write('one', 'hello');
    expect((await stat(join(directory, 'one'))).mode & 0o077).toBe(0);
  });

  it('sweeps half written files, too', async () => {
    await write('old/one', 'x');
    await writeFile(join(directory, 'old/one.0192.part'), 'x');
    expect(await storage.deleteOlder('old', new Date(Date.now() + 60_000), async () => new Set(['old/one']))).toBe(1);
    expect(await readdir(join(directory, 'old'))).toEqual(['one']);
  });
});

describe('S3 that does not do as it should', () => {
  /** Answers everything so, or never. */
  async function strange(status: number | null, code: string) {
    const stand = createServer((request, response) => {
      request.resume();
      if (status !== null)
        response.writeHead(status, { 'content-type': 'application/xml' }).end(`<Error><Code>${code}</Code></Error>`);
    });
    await new Promise<void>((done) => stand.listen(0, '127.0.0.1', done));
    const endpoint = `http://127.0.0.1:${(stand.address() as AddressInfo).port}`;
    storage = s3({ endpoint, timeouts: { connect: 300, answer: 300, idle: 300 } });
    const close = async () => {
      stand.closeAllConnections();
      await new Promise((done) => stand.close(done));
    };
    return { [Symbol.asyncDispose]: close };
  }

  it.each([
    [403, 'AccessDenied', 'refused'],
    [403, 'SignatureDoesNotMatch', 'refused'],
    [404, 'NoSuchBucket', 'refused'],
    [503, 'SlowDown', 'unavailable'],
    [500, 'InternalError', 'unavailable'],
    [null, 'silence', 'unavailable'],
  ] as const)('%s %s is %s', async (status, code, trouble) => {
    await using _ = await strange(status, code);
    const errors = await Promise.all(
      [storage.read('one'), storage.blob('one', 'x/y'), write('one', 'x')].map((call) =>
        call.then(
          () => null,
          (error: unknown) => error,
        ),
      ),
    );
    for (const error of errors) {
      expect(error).toMatchObject({ trouble });
      expect(isOutage(error)).toBe(trouble === 'unavailable');
    }
  });

  it('nobody there is unavailable, and what was held is held still', async () => {
    storage = s3({ endpoint: 'http://127.0.0.1:9' });
    const one = await storage.hold(Readable.from(['x']));
    await expect(one.keep('one')).rejects.toMatchObject({ trouble: 'unavailable' });
    expect(await (await one.blob('text/plain')).text()).toBe('x');
    await one.discard();
  });
});

function* slices(content: Buffer): Generator<Buffer> {
  for (let at = 0; at < content.length; at += 65_536) yield content.subarray(at, at + 65_536);
}
