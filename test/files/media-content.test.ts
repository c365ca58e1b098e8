import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createWorld, type World } from '#test/support/world.ts';
import * as samples from './samples.ts';
import { upload } from './upload.ts';

let world: World;
let image: { id: string; sha256: string; sizeBytes: number };
const content = samples.png(4, 4, 'content');
beforeAll(async () => {
  world = await createWorld();
  image = (await (await upload(world.acme.call, content, { name: 'İndirim "afişi" ğ.png' })).json()) as typeof image;
});
afterAll(() => world[Symbol.asyncDispose]());

const get = (headers?: Record<string, string>, method = 'GET') =>
  world.acme.call(method, `/v1/media/${image.id}/content`, undefined, headers);
const bytesOf = async (response: Response) => Buffer.from(await response.arrayBuffer());

describe('GET /v1/media/{id}/content', () => {
  test('200: the bytes, so that a browser shows but never runs them', async () => {
    const response = await get();
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'accept-ranges': 'bytes',
      'cache-control': 'private, max-age=86400, immutable',
      'content-disposition': `inline; filename="Indirim -afisi- g.png"; filename*=UTF-8''%C4%B0ndirim%20-afi%C5%9Fi-%20%C4%9F.png`,
      'content-length': String(content.length),
      'content-security-policy': "sandbox; default-src 'none'",
      'content-type': 'image/png',
      etag: `"${image.sha256}"`,
      'x-content-type-options': 'nosniff',
    });
    expect(await bytesOf(response)).toEqual(content);
  });

  test.each([
    ['application/pdf', samples.pdf(), 'attachment'],
    ['text/plain; charset=utf-8', 'Günaydın', 'attachment'],
    ['video/mp4', samples.iso(), 'inline'],
    ['audio/ogg', samples.oggOpus(), 'inline'],
  ])('%s', async (type, bytes, disposition) => {
    const { id } = (await (await upload(world.acme.call, bytes)).json()) as { id: string };
    const response = await world.acme.call('GET', `/v1/media/${id}/content`);
    expect(response.headers.get('content-type')).toBe(type);
    expect(response.headers.get('content-disposition')).toMatch(new RegExp(`^${disposition}; `));
    await response.body?.cancel();
  });

  test.each([
    ['bytes=0-3', 0, 3],
    ['bytes=8-', 8, content.length - 1],
    ['bytes=-5', content.length - 5, content.length - 1],
    ['bytes=10-99999', 10, content.length - 1],
    ['bytes=-99999', 0, content.length - 1],
  ])('206: %s', async (range, start, end) => {
    const response = await get({ range });
    expect(response.status).toBe(206);
    expect(response.headers.get('content-range')).toBe(`bytes ${start}-${end}/${content.length}`);
    expect(response.headers.get('content-length')).toBe(String(end - start + 1));
    expect(await bytesOf(response)).toEqual(content.subarray(start, end + 1));
  });

  test.each(['bytes=0-1,4-5', 'bytes=5-2', 'bytes=-', 'bytes=a-b', 'lines=1-2', 'bytes=1'])(
    '200: %s is not a range that is answered',
    async (range) => {
      const response = await get({ range });
      expect(response.status).toBe(200);
      expect(await bytesOf(response)).toEqual(content);
    },
  );

  test.each([`bytes=${content.length}-`, 'bytes=99999-100000', 'bytes=-0'])('416: %s', async (range) => {
    const response = await get({ range });
    expect(response.status).toBe(416);
    expect(response.headers.get('content-range')).toBe(`bytes */${content.length}`);
    expect(await response.json()).toMatchObject({ code: 'range-not-satisfiable' });
  });

  test('304 to who has it; If-Range of another version is answered in full', async () => {
    for (const tag of [`"${image.sha256}"`, `W/"${image.sha256}"`, `"x", "${image.sha256}"`, '*']) {
      const response = await get({ 'if-none-match': tag });
      expect([response.status, await response.text()]).toEqual([304, '']);
    }
    expect((await bytesOf(await get({ 'if-none-match': '"other"' }))).length).toBe(content.length);
    expect((await get({ range: 'bytes=0-1', 'if-range': `"${image.sha256}"` })).status).toBe(206);
    expect((await get({ range: 'bytes=0-1', 'if-range': '"other"' })).status).toBe(200);
  });

  test('HEAD: the same headers and no bytes', async () => {
    const response = await get({}, 'HEAD');
    expect([response.status, response.headers.get('content-length'), await response.text()]).toEqual([
      200,
      String(content.length),
      '',
    ]);
  });
});

describe('GET /v1/media/{id}', () => {
  test('200: what is known of it', async () => {
    const response = await world.acme.call('GET', `/v1/media/${image.id}`);
    expect(await response.json()).toEqual(image);
  });

  test('404: another organization’s, an unknown one, no id at all', async () => {
    for (const id of [image.id, '0192d0d0-0000-7000-8000-000000000000', 'nonsense'])
      for (const path of [`/v1/media/${id}`, `/v1/media/${id}/content`]) {
        const response = await world.globex.call('GET', path);
        expect([response.status, await response.json()]).toEqual([404, expect.objectContaining({ code: 'not-found' })]);
      }
  });

  test('401: nobody signed in', async () => {
    for (const path of ['/v1/media', `/v1/media/${image.id}`, `/v1/media/${image.id}/content`])
      expect((await world.call('GET', path)).status).toBe(401);
  });
});

describe('GET /v1/media', () => {
  test('200: the organization’s own, newest first, page by page', async () => {
    const mine: string[] = [];
    for (const name of ['1.txt', '2.txt', '3.txt'])
      mine.unshift(((await (await upload(world.globex.call, 'liste', { name })).json()) as { id: string }).id);
    const page = async (query: string) =>
      (await (await world.globex.call('GET', `/v1/media?${query}`)).json()) as {
        data: { id: string }[];
        nextCursor: string | null;
      };
    const first = await page('limit=2');
    expect(first.data.map((row) => row.id)).toEqual(mine.slice(0, 2));
    const last = await page(`limit=2&cursor=${first.nextCursor}`);
    expect([last.data.map((row) => row.id), last.nextCursor]).toEqual([mine.slice(2), null]);
  });

  test.each(['limit=0', 'limit=201', 'cursor=x', 'kind=image'])('400: %s', async (query) => {
    const response = await world.acme.call('GET', `/v1/media?${query}`);
    expect([response.status, await response.json()]).toEqual([
      400,
      expect.objectContaining({ code: 'invalid-request' }),
    ]);
  });
});
