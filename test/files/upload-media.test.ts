import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { activities } from '#src/db/schema/activities.ts';
import { media } from '#src/db/schema/files.ts';
import { createWorld, type World } from '#test/support/world.ts';
import * as samples from './samples.ts';
import { BOUNDARY, formEnd, formStart, MULTIPART, upload } from './upload.ts';

const OFFICE = 'application/vnd.openxmlformats-officedocument';
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

describe('201', () => {
  test.each([
    ['foto.jpg', samples.jpeg(), 'image', 'image/jpeg', 'foto.jpg'],
    [
      'a camera’s 200 kB of metadata.jpeg',
      samples.jpeg(40, 30, 200_000),
      'image',
      'image/jpeg',
      'a camera’s 200 kB of metadata.jpeg',
    ],
    ['afiş.png', samples.png(), 'image', 'image/png', 'afiş.png'],
    ['film.mp4', samples.iso(), 'video', 'video/mp4', 'film.mp4'],
    ['film.m4v', samples.iso({ brand: 'M4V' }), 'video', 'video/mp4', 'film.m4v.mp4'],
    ['film.3gp', samples.iso({ brand: '3gp4' }), 'video', 'video/3gpp', 'film.3gp'],
    ['ses.mp4', samples.iso({ tracks: ['soun'] }), 'audio', 'audio/mp4', 'ses.m4a'],
    ['ses.m4a', samples.iso({ brand: 'M4A', tracks: ['soun'] }), 'audio', 'audio/mp4', 'ses.m4a'],
    ['ses.opus', samples.oggOpus(), 'audio', 'audio/ogg', 'ses.opus'],
    ['ses.mp3', samples.mp3(), 'audio', 'audio/mpeg', 'ses.mp3'],
    ['şarkı.mp3', samples.mp3WithCover(), 'audio', 'audio/mpeg', 'şarkı.mp3'],
    ['ses.aac', samples.aac(), 'audio', 'audio/aac', 'ses.aac'],
    ['ses.amr', samples.amr(), 'audio', 'audio/amr', 'ses.amr'],
    ['Fiyat Listesi.pdf', samples.pdf(), 'document', 'application/pdf', 'Fiyat Listesi.pdf'],
    ['not.txt', 'Günaydın, iyi haftalar ☀️\r\n', 'document', 'text/plain', 'not.txt'],
    ['araba.txt', 'BMW fiyat listesi', 'document', 'text/plain', 'araba.txt'],
    ['kalp.txt', '<3 sizi seviyoruz', 'document', 'text/plain', 'kalp.txt'],
    ['eski.doc', samples.compoundFile('WordDocument'), 'document', 'application/msword', 'eski.doc'],
    ['eski.xls', samples.compoundFile('Workbook', 9), 'document', 'application/vnd.ms-excel', 'eski.xls'],
    [
      'eski.ppt',
      samples.compoundFile('PowerPoint Document', 2),
      'document',
      'application/vnd.ms-powerpoint',
      'eski.ppt',
    ],
    ['yeni.docx', samples.docx(), 'document', `${OFFICE}.wordprocessingml.document`, 'yeni.docx'],
    ['yeni.xlsx', samples.xlsx(), 'document', `${OFFICE}.spreadsheetml.sheet`, 'yeni.xlsx'],
    ['yeni.pptx', samples.pptx(), 'document', `${OFFICE}.presentationml.presentation`, 'yeni.pptx'],
    ['kandırmaca.pdf', samples.png(3, 3), 'image', 'image/png', 'kandırmaca.png'],
  ])('%s is known by its content, whatever is declared', async (name, content, kind, mimeType, fileName) => {
    const response = await upload(world.acme.call, content, { name, type: 'text/html' });
    expect(response.status).toBe(201);
    const sha256 = createHash('sha256').update(content).digest('hex');
    const body = (await response.json()) as { id: string };
    expect(body).toEqual({
      id: expect.any(String),
      kind,
      mimeType,
      sizeBytes: Buffer.from(content as Buffer).length,
      sha256,
      fileName,
      voiceNote: false,
      durationSeconds: kind === 'video' || /ses\.(mp4|m4a|opus|mp3)|şarkı/.test(name) ? expect.any(Number) : null,
      imageUrl: kind === 'image' ? expect.stringMatching(/\/images\/[\w-]{43}\.(jpg|png)$/) : null,
      createdAt: '2026-03-02T09:00:00.000Z',
    });
    const [row] = await world.ctx.db.select().from(media).where(eq(media.id, body.id));
    const stored = await world.ctx.storage.blob(row!.storageKey, mimeType);
    expect(
      createHash('sha256')
        .update(new Uint8Array(await stored.arrayBuffer()))
        .digest('hex'),
    ).toBe(sha256);
  });

  test('a voice note is sound marked as such', async () => {
    for (const [content, seconds] of [
      [samples.oggOpus(5), 5],
      [samples.mp3(200), 5],
      [samples.amr(), null],
    ] as const) {
      const response = await upload(world.acme.call, content, { name: 'not.bin', voiceNote: 'true' });
      expect(await response.json()).toMatchObject({ kind: 'voice', voiceNote: true, durationSeconds: seconds });
    }
  });

  test('the same file again is the same row; as a voice note or under another name it is another row on the same bytes', async () => {
    const content = samples.oggOpus(9);
    const send = async (name: string, voiceNote: string) =>
      (await (await upload(world.acme.call, content, { name, voiceNote })).json()) as { id: string; sha256: string };
    const first = await send('a.ogg', 'false');
    const stored = await filesBelow('media');
    expect(await send('a.ogg', 'false')).toEqual(first);
    const others = [await send('b.ogg', 'false'), await send('a.ogg', 'true')];
    expect(new Set([first.id, ...others.map((o) => o.id)]).size).toBe(3);
    expect(await filesBelow('media')).toBe(stored);
    expect(await filesBelow('uploads')).toBe(0);
  });

  test('twenty at once of the same file: one row, one activity, nothing temporary left', async () => {
    const content = samples.png(9, 9, 'twins');
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => upload(world.acme.call, content, { name: 'ikiz.png' })),
    );
    expect(answers.map((answer) => answer.status)).toEqual(Array(20).fill(201));
    const ids = new Set(await Promise.all(answers.map(async (answer) => ((await answer.json()) as { id: string }).id)));
    expect(ids.size).toBe(1);
    const found = await world.ctx.db
      .select()
      .from(activities)
      .where(eq(activities.subjectId, [...ids][0]!));
    expect(found).toMatchObject([
      {
        verb: 'media.upload',
        organizationId: world.acme.organizationId,
        details: { kind: 'image', fileName: 'ikiz.png' },
      },
    ]);
    expect(await filesBelow('uploads')).toBe(0);
  });

  test('another organization’s same file is its own row and its own bytes', async () => {
    const content = samples.png(7, 7, 'shared');
    const [mine, theirs] = await Promise.all(
      [world.acme, world.globex].map(
        async ({ call }) => (await (await upload(call, content)).json()) as { id: string },
      ),
    );
    expect(mine!.id).not.toBe(theirs!.id);
    const keys = (await rows()).filter((row) => [mine!.id, theirs!.id].includes(row.id)).map((row) => row.storageKey);
    expect(new Set(keys).size).toBe(2);
  });

  test('voiceNote may stand before the file', async () => {
    const body = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="voiceNote"\r\n\r\ntrue\r\n${formStart('ses.ogg')}`;
    const bytes = Buffer.concat([Buffer.from(body), samples.oggOpus(4), Buffer.from(formEnd)]);
    expect(await (await world.acme.call('POST', '/v1/media', bytes, MULTIPART)).json()).toMatchObject({
      kind: 'voice',
    });
  });

  test('a replay by Idempotency-Key is the first answer', async () => {
    const send = () => upload(world.acme.call, samples.png(5, 5, 'key'), { headers: { 'idempotency-key': 'media-1' } });
    const [first, again] = [await send(), await send()];
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(await again.json()).toEqual(await first.json());
  });
});
