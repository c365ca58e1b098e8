import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { activities } from '#src/db/schema/activities.ts';
import { createWorld, type World } from '#test/support/world.ts';
import { type FiledFile, filesOf, putFile, putWell } from './filing.ts';
import * as samples from './samples.ts';

let world: World;
let path: string;
beforeAll(async () => {
  world = await createWorld();
  path = `/v1/customers/${world.customers.ayse}/files`;
});
afterAll(() => world[Symbol.asyncDispose]());

const put = (content: Uint8Array | string, more?: { name?: string; tags?: string[] }) =>
  putWell(world.acme, world.customers.ayse, content, more);
const names = async (query = '') => (await filesOf(world.acme, world.customers.ayse, query)).map(({ name }) => name);

describe('POST /v1/customers/{id}/files', () => {
  test('201: known by its content, tagged, in nobody’s library; the same again is the same entry with all tags', async () => {
    const content = samples.pdf(21);
    const first = await put(content, {
      name: '../Sözleşme.exe',
      tags: ['Sözleşme', ' SÖZLEŞME', 'gelen belgeler', ''],
    });
    expect(first).toMatchObject({
      name: 'Sözleşme.exe.pdf',
      kind: 'document',
      mimeType: 'application/pdf',
      sha256: createHash('sha256').update(content).digest('hex'),
      tags: ['Sözleşme', 'received-documents'],
      tagNames: ['Sözleşme', 'Received documents'],
      customerName: 'Ayşe Yilmaz',
      hasThumbnail: false,
    });
    world.clock.advance({ minutes: 1 });
    const again = await put(content, { name: 'Sözleşme.exe', tags: ['2026'] });
    expect(again).toMatchObject({ id: first.id, tags: ['Sözleşme', 'received-documents', '2026'] });
    expect(again.filedAt > first.filedAt).toBe(true);
    expect(await (await world.acme.call('GET', '/v1/media')).json()).toMatchObject({ data: [] });
  });

  test.each([
    ['a drawing with a script', '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', 'x.svg'],
    ['a page', '<!doctype html><script>alert(1)</script>', 'x.html'],
    ['a program', samples.exe(), 'x.exe'],
  ])('201: %s is a download that no browser runs', async (_, content, name) => {
    const { id, ...file } = await put(content, { name });
    expect(file).toMatchObject({ name: `${name}.bin`, mimeType: 'application/octet-stream', hasThumbnail: false });
    const answer = await world.acme.call('GET', `${path}/${id}/content`);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-disposition': expect.stringMatching(/^attachment; /),
      'content-security-policy': "sandbox; default-src 'none'",
      'x-content-type-options': 'nosniff',
    });
    await answer.body?.cancel();
    expect((await world.acme.call('GET', `${path}/${id}/thumbnail`)).status).toBe(404);
  });

  test.each([
    ['an empty file', () => putFile(world.acme, world.customers.ayse, ''), 'file'],
    ['a long tag', () => putFile(world.acme, world.customers.ayse, 'x', { tags: ['a', 'b'.repeat(51)] }), 'tags[1]'],
    [
      'too many tags',
      () => putFile(world.acme, world.customers.ayse, 'x', { tags: Array.from({ length: 21 }, (_, i) => `t${i}`) }),
      'tags',
    ],
  ])('400: %s leaves nothing', async (_, ask, at) => {
    const before = (await names()).length;
    const response = await ask();
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ errors: [{ path: at }] });
    expect(await names()).toHaveLength(before);
  });

  test('404: another organization’s customer, a deleted one', async () => {
    expect((await putFile(world.globex, world.customers.ayse, 'x')).status).toBe(404);
    const { id } = (await (await world.acme.call('POST', '/v1/customers', { firstName: 'G' })).json()) as {
      id: string;
    };
    await world.acme.call('DELETE', `/v1/customers/${id}`);
    expect((await putFile(world.acme, id, 'x')).status).toBe(404);
  });
});

describe('lists', () => {
  const tagged = async (query: string): Promise<FiledFile[]> =>
    ((await (await world.acme.call('GET', `/v1/files${query}`)).json()) as { data: FiledFile[] }).data;

  test('200: found by tag, kind and words, however Turkish letters are written', async () => {
    const { burak } = world.customers;
    await putWell(world.acme, burak, samples.png(5, 5, 'list'), { name: 'Iğdır Şubesi.png', tags: ['ŞUBE'] });
    await putWell(world.acme, burak, 'metin', { name: 'ığdır notları.txt', tags: ['şube', 'Özel'] });
    const search = (query: string) => filesOf(world.acme, burak, query);
    expect(await search('?tag=sube')).toHaveLength(2);
    expect((await search('?search=IGDIR%20not')).map(({ name }) => name)).toEqual(['ığdır notları.txt']);
    expect((await search('?search=%C4%B0%C4%9EDIR')).length).toBe(2);
    expect((await search('?kind=image')).map(({ name }) => name)).toEqual(['Iğdır Şubesi.png']);
    expect(await search('?search=100%25')).toEqual([]);
    expect((await tagged('?tag=%C5%9Eube')).every(({ customerName }) => customerName.startsWith('Burak'))).toBe(true);
    const tags = await (await world.acme.call('GET', '/v1/file-tags')).json();
    expect(tags).toMatchObject({
      data: expect.arrayContaining([
        { tag: 'ŞUBE', names: { tr: 'ŞUBE', en: 'ŞUBE' }, automatic: false, count: 2 },
        {
          tag: 'received-documents',
          names: { tr: 'Gelen Belgeler', en: 'Received documents' },
          automatic: true,
          count: 1,
        },
      ]),
    });
    expect(await (await world.globex.call('GET', '/v1/file-tags')).json()).toEqual({ data: [], nextCursor: null });
  });

  test('200: page by page, the newest first, those of the same instant too', async () => {
    const { deniz } = world.customers;
    for (let i = 0; i < 5; i++) await putWell(world.acme, deniz, `page ${i}`, { name: `${i}.txt` });
    const seen: string[] = [];
    for (let cursor = '', i = 0; i < 3; i++) {
      const url = `/v1/customers/${deniz}/files?limit=2${cursor && `&cursor=${cursor}`}`;
      const page = (await (await world.acme.call('GET', url)).json()) as { data: FiledFile[]; nextCursor: string };
      seen.push(...page.data.map(({ name }) => name));
      cursor = page.nextCursor;
    }
    expect(seen).toEqual(['4.txt', '3.txt', '2.txt', '1.txt', '0.txt']);
    expect((await world.acme.call('GET', '/v1/files?cursor=bm9uZQ')).status).toBe(400);
  });
});

describe('PATCH and DELETE', () => {
  test('200: another name with the ending that its content deserves, other tags; an activity of each', async () => {
    const { id } = await put(samples.pdf(22), { name: 'a.pdf', tags: ['eski'] });
    const { ayse } = world.customers;
    const change = async (body: object) =>
      (await world.acme.call('PATCH', `/v1/customers/${ayse}/files/${id}`, body)).json();
    expect(await change({ name: 'Kira/Kontratı.exe' })).toMatchObject({ name: 'Kontratı.exe.pdf', tags: ['eski'] });
    expect(await change({ tags: ['Gönderilen Belgeler', 'yeni'] })).toMatchObject({ tags: ['sent-documents', 'yeni'] });
    const one = await (await world.acme.call('GET', `/v1/customers/${ayse}/files/${id}`)).json();
    expect(one).toMatchObject({ id, name: 'Kontratı.exe.pdf', tagNames: ['Sent documents', 'yeni'] });
    expect(await names('?tag=sent-documents')).toEqual(['Kontratı.exe.pdf']);
    expect(await names('?search=kontrati%20yeni')).toEqual(['Kontratı.exe.pdf']);
    expect(await names('?tag=eski')).toEqual([]);
    const content = await world.acme.call('GET', `${path}/${id}/content`);
    expect(content.headers.get('content-disposition')).toContain('Kontrat%C4%B1.exe.pdf');
    await content.body?.cancel();
    expect((await world.acme.call('DELETE', `${path}/${id}`)).status).toBe(204);
    expect((await world.acme.call('DELETE', `${path}/${id}`)).status).toBe(404);
    const verbs = (await world.ctx.db.select().from(activities)).filter(({ subjectId }) => subjectId === id);
    expect(verbs.map(({ verb }) => verb)).toEqual(['files.upload', 'files.update', 'files.update', 'files.delete']);
  });

  test('404 for everything of another organization, and by another customer’s path', async () => {
    const { id } = await put('mine', { name: 'mine.txt' });
    const foreign = `/v1/customers/${world.customers.burak}/files/${id}`;
    for (const [caller, at] of [
      [world.globex, `${path}/${id}`],
      [world.acme, foreign],
    ] as const) {
      const answers = await Promise.all([
        caller.call('GET', at),
        caller.call('GET', `${at}/content`),
        caller.call('GET', `${at}/thumbnail`),
        caller.call('PATCH', at, { name: 'x' }),
        caller.call('DELETE', at),
      ]);
      expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404, 404]);
    }
    expect((await world.globex.call('GET', path)).status).toBe(404);
    expect(await names()).toContain('mine.txt');
  });
});

describe('GET …/content and …/thumbnail', () => {
  const turned = () =>
    sharp({ create: { width: 1200, height: 600, channels: 3, background: '#336699' } })
      .jpeg()
      .withExif({ IFD0: { Copyright: 'Gizli Adres' } })
      .withMetadata({ orientation: 6 })
      .toBuffer();

  test('206 for a range, 304 for what the caller has', async () => {
    const { id, sha256 } = await put('0123456789', { name: 'n.txt' });
    const part = await world.acme.call('GET', `${path}/${id}/content`, undefined, { range: 'bytes=2-4' });
    expect([part.status, await part.text()]).toEqual([206, '234']);
    const same = await world.acme.call('GET', `${path}/${id}/content`, undefined, { 'if-none-match': `"${sha256}"` });
    expect(same.status).toBe(304);
  });

  test('200: small, upright, told nothing of; made once, kept by the browser for ever', async () => {
    const { id, hasThumbnail, sha256 } = await put(await turned(), { name: 'foto.jpg' });
    expect(hasThumbnail).toBe(true);
    const ask = (headers?: Record<string, string>) =>
      world.acme.call('GET', `${path}/${id}/thumbnail`, undefined, headers);
    const all = await Promise.all([ask(), ask(), ask()]);
    const [small, ...others] = await Promise.all(all.map(async (one) => Buffer.from(await one.arrayBuffer())));
    expect(Object.fromEntries(all[0]!.headers)).toMatchObject({
      'content-type': 'image/webp',
      'cache-control': 'private, max-age=31536000, immutable',
      etag: `"${sha256}-320"`,
      'x-content-type-options': 'nosniff',
    });
    const { width, height, format, exif, orientation } = await sharp(small).metadata();
    expect({ width, height, format, exif, orientation }).toEqual({
      width: 160,
      height: 320,
      format: 'webp',
      exif: undefined,
      orientation: undefined,
    });
    for (const other of others) expect(other.equals(small!)).toBe(true);
    const kept = await world.ctx.db.query.storedContents.findMany({ where: (row, { eq }) => eq(row.sha256, sha256) });
    expect(kept).toMatchObject([{ thumbnailKey: expect.stringMatching(/^thumbnails\//) }]);
    expect((await ask({ 'if-none-match': `"${sha256}-320"` })).status).toBe(304);
  });

  test('404: a damaged picture, one that unpacks to too much, a document', async () => {
    const bomb = samples.png(9_000, 9_000, 'bomb');
    const picture = await sharp({ create: { width: 50, height: 50, channels: 3, background: 'red' } })
      .png()
      .toBuffer();
    const files = await Promise.all([
      put(picture.subarray(0, picture.length - 60), { name: 'yarım.png' }),
      put(bomb, { name: 'bomba.png' }),
      put(samples.pdf(23), { name: 'belge.pdf' }),
    ]);
    for (const { id } of files) expect((await world.acme.call('GET', `${path}/${id}/thumbnail`)).status).toBe(404);
  });
});
