import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { media } from '#src/db/schema/files.ts';
import { mediaLimitBytes } from '#src/files/media.ts';
import { createWorld, type World } from '#test/support/world.ts';
import * as samples from './samples.ts';
import { BOUNDARY, formStart, MULTIPART, streamedForm, upload } from './upload.ts';

const MEGABYTE = 1024 * 1024;
let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

const filesBelow = async (folder: string) => {
  const entries = await readdir(join(world.ctx.config.dataDir, 'files', folder), {
    recursive: true,
    withFileTypes: true,
  }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).length;
};
const rows = () => world.ctx.db.select().from(media);

/** Asks, and sees that a refusal has left neither a row nor a byte. */
async function refused(ask: () => Promise<Response>) {
  const before = [(await rows()).length, await filesBelow('')];
  const response = await ask();
  expect([(await rows()).length, await filesBelow('')]).toEqual(before);
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  return { ...((await response.json()) as { detail: string }), status: response.status };
}

describe('F62: 415: says what is accepted and keeps nothing', () => {
  test.each([
    ['gif', samples.gif(), /gif is not accepted: send an animation as mp4/],
    ['webp', samples.webp(), /webp is not accepted.*stickers/],
    ['svg', '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', /svg is not accepted/],
    ['svg with a declaration', '<?xml version="1.0"?>\n<svg/>', /(svg|xml) is not accepted/],
    ['html', '\n<!DOCTYPE html><script>alert(1)</script>', /html is not accepted/],
    ['html without doctype', '<script>alert(1)</script>', /html is not accepted/],
    ['exe', samples.exe(), /exe is not accepted/],
    ['zip', samples.zip({ a: 'b' }), /zip is not accepted/],
    ['zip that calls a folder word', samples.zip({ 'word/document.xml': '<x/>' }), /zip is not accepted/],
    [
      'docm',
      samples.zip({
        '[Content_Types].xml': '<a ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/>',
      }),
      /docm is not accepted/,
    ],
    ['installer', samples.compoundFile('Property'), /cfb is not accepted/],
    ['mov', samples.iso({ brand: 'qt' }), /mov is not accepted: convert it to mp4/],
    ['ogg vorbis', samples.oggVorbis(), /must be sound encoded as opus/],
    ['mp4 cut off before its index', samples.iso().subarray(0, 60), /begins like mp4 but is damaged/],
    ['png cut off in its header', samples.png().subarray(0, 20), /damaged|no accepted type/],
    [
      'jpeg without a picture',
      Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0, 0xff, 0xd9]),
      /begins like jpg but is damaged/,
    ],
    ['text that starts like mp3', `ID3 etiketleri nedir? ${'uzun '.repeat(2000)}`, /begins like mp3 but is damaged/],
    ['NUL in text', 'abc\0def', /no accepted type/],
    ['Latin-5', Buffer.from('G\xfcnayd\xfdn', 'latin1'), /save text as UTF-8/],
    ['UTF-8 cut in half', Buffer.from('Günaydın').subarray(0, 2), /save text as UTF-8/],
    ['NUL late in a long text', `${'uzun metin '.repeat(9000)}\0`, /no accepted type/],
  ])('%s', async (_, content, detail) => {
    const problem = await refused(() => upload(world.acme.call, content, { name: 'photo.jpg', type: 'image/jpeg' }));
    expect(problem).toMatchObject({
      status: 415,
      code: 'unsupported-media-type',
      detail: expect.stringMatching(detail),
      accepted: expect.arrayContaining(['image/jpeg', 'application/pdf']),
    });
  });

  test('in Turkish', async () => {
    const headers = { 'accept-language': 'tr' };
    const problem = await refused(() => upload(world.acme.call, samples.gif(), { headers }));
    expect(problem.detail).toMatch(/^gif kabul edilmiyor: .*\. Kabul edilenler: jpg, png/);
  });

  test('a body that is no form', async () => {
    expect(
      await refused(() => world.acme.call('POST', '/v1/media', '{}', { 'content-type': 'application/json' })),
    ).toMatchObject({ status: 415 });
  });
});

describe('413', () => {
  const cases = [
    ['image', samples.jpeg(), mediaLimitBytes.image],
    ['video', samples.iso().subarray(0, 24), mediaLimitBytes.video],
    ['audio', samples.mp3(1), mediaLimitBytes.audio],
    ['document', samples.pdf(), mediaLimitBytes.document],
    ['document', Buffer.from('text '), mediaLimitBytes.document],
  ] as const;

  test.each(cases)(
    '%s: refused at the byte that is one too many, without reading on',
    async (kind, head, limitBytes) => {
      const piece = Buffer.alloc(256 * 1024, 0x20);
      const { body, state } = streamedForm(head, piece, 4 * Math.ceil(limitBytes / piece.length));
      const problem = await refused(() => world.acme.call('POST', '/v1/media', body, MULTIPART));
      expect(problem).toMatchObject({ status: 413, code: 'too-large', kind, limitBytes });
      expect(problem.detail).toContain(`${limitBytes / MEGABYTE} MB`);
      expect(state.pulled * piece.length).toBeLessThan(limitBytes + 2 * MEGABYTE);
    },
  );

  test('exactly the limit is kept, one byte more is not', async () => {
    const padded = (bytes: number) => Buffer.concat([samples.png(), Buffer.alloc(bytes - samples.png().length)]);
    expect((await upload(world.acme.call, padded(5 * MEGABYTE))).status).toBe(201);
    expect(await refused(() => upload(world.acme.call, padded(5 * MEGABYTE + 1)))).toMatchObject({ status: 413 });
  });

  test.each([
    ['png', samples.png(50_000, 50_000)],
    ['jpeg', samples.jpeg(65_000, 65_000, 100_000)],
  ])('%s: a picture of more than 50 megapixels', async (_, content) => {
    expect(await refused(() => upload(world.acme.call, content))).toMatchObject({
      status: 413,
      kind: 'image',
      limitPixels: 50_000_000,
    });
  });

  test('a document of 90 MB passes through without lying in memory', async () => {
    const piece = Buffer.alloc(256 * 1024, 0x20);
    const { body } = streamedForm(samples.pdf(), piece, 360);
    global.gc?.();
    const before = process.memoryUsage().arrayBuffers;
    let most = 0;
    const watch = setInterval(() => {
      most = Math.max(most, process.memoryUsage().arrayBuffers - before);
    }, 5);
    const response = await world.acme.call('POST', '/v1/media', body, MULTIPART);
    clearInterval(watch);
    expect(await response.json()).toMatchObject({
      kind: 'document',
      sizeBytes: 360 * piece.length + samples.pdf().length,
    });
    expect(most).toBeLessThan(48 * MEGABYTE);
  });
});

describe('400: a form that is not one file', () => {
  const part = (disposition: string, content = 'x') =>
    `--${BOUNDARY}\r\nContent-Disposition: form-data; ${disposition}\r\n\r\n${content}\r\n`;
  const file = part('name="file"; filename="a.txt"', 'hello');
  const end = `--${BOUNDARY}--\r\n`;

  test.each([
    ['no file', part('name="voiceNote"', 'true') + end, 'file'],
    ['no parts', end, 'file'],
    ['an empty file', part('name="file"; filename="a.txt"', '') + end, 'file'],
    ['two files', file + file + end, 'file'],
    ['a file in another field', part('name="photo"; filename="a.txt"') + end, 'photo'],
    ['a file sent as text', part('name="file"', 'hello') + end, 'file'],
    ['an unknown field', file + part('name="caption"') + end, 'caption'],
    ['voiceNote=yes', file + part('name="voiceNote"', 'yes') + end, 'voiceNote'],
    ['voiceNote twice', file + part('name="voiceNote"', 'true') + part('name="voiceNote"', 'true') + end, 'voiceNote'],
    ['a voice note that is no sound', file + part('name="voiceNote"', 'true') + end, 'voiceNote'],
    ['a form without its end', file, 'body'],
    ['a file cut off', `${formStart()}hello`, 'body'],
    ['no form at all', 'hello', 'body'],
    ['nothing', '', 'body'],
    ['a part without a name', `--${BOUNDARY}\r\n\r\nhello\r\n${end}`, 'file'],
  ])('%s', async (_, body, path) => {
    const problem = await refused(() => world.acme.call('POST', '/v1/media', body, MULTIPART));
    expect(problem).toMatchObject({
      status: 400,
      code: 'invalid-request',
      errors: [{ path, message: expect.any(String) }],
    });
  });

  test('a content type without boundary', async () => {
    const problem = await refused(() =>
      world.acme.call('POST', '/v1/media', file + end, { 'content-type': 'multipart/form-data' }),
    );
    expect(problem).toMatchObject({ status: 400, errors: [{ path: 'body' }] });
  });

  test('a sender that goes away halfway leaves nothing', async () => {
    let pieces = 0;
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(Buffer.from(formStart())),
      pull: (controller) =>
        pieces++ < 20 ? controller.enqueue(Buffer.alloc(65_536, 0x20)) : controller.error(new Error('gone')),
    });
    expect(await refused(() => world.acme.call('POST', '/v1/media', body, MULTIPART))).toMatchObject({ status: 400 });
  });
});

test('401: nothing is read from a stranger', async () => {
  const { body, state } = streamedForm(samples.pdf(), Buffer.alloc(1024, 0x20), 1000);
  expect(await refused(() => world.call('POST', '/v1/media', body, MULTIPART))).toMatchObject({ status: 401 });
  expect(state.pulled).toBeLessThan(5);
});
