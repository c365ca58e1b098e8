import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { customerFiles } from '#src/db/schema/customer-files.ts';
import { media, receivedFiles, storedContents } from '#src/db/schema/files.ts';
import { fileLate } from '#src/files/file-late.ts';
import { type Delivery, receiveFile } from '#src/files/receive-file.ts';
import { newId } from '#src/platform/ids.ts';
import { createWorld, type World } from '#test/support/world.ts';
import * as samples from './samples.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

const at = new Date('2026-03-02T08:59:00Z');
const delivery = (content: Uint8Array | string | Readable, more: Partial<Delivery> = {}): Delivery => ({
  organizationId: world.acme.organizationId,
  userId: world.acme.userId,
  customerId: world.customers.ayse,
  messageId: newId(),
  kind: 'document',
  direction: 'in',
  at,
  content: typeof content === 'string' ? Buffer.from(content) : content,
  ...more,
});
async function received(content: Uint8Array | string | Readable, more: Partial<Delivery> = {}) {
  const reception = await receiveFile(world.ctx, delivery(content, more));
  if ('refused' in reception) throw new Error(reception.refused);
  return reception.media;
}
const filed = (mediaId: string) => world.ctx.db.select().from(customerFiles).where(eq(customerFiles.mediaId, mediaId));

describe('receiveFile', () => {
  const script = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>';
  test.each([
    ['a picture', samples.jpeg(), 'foto.jpg', 'image', 'image/jpeg', 'foto.jpg'],
    ['a picture that says it is a PDF', samples.png(), 'sözleşme.pdf', 'image', 'image/png', 'sözleşme.png'],
    ['a PDF without a name', samples.pdf(), undefined, 'document', 'application/pdf', 'document.pdf'],
    ['a drawing with a script', script, 'logo.svg', 'document', 'application/octet-stream', 'logo.svg.bin'],
    ['a page', '<!doctype html><script>1</script>', 'a.html', 'document', 'application/octet-stream', 'a.html.bin'],
    ['a program', 'MZ\0\0\0\0', '../../kur.exe', 'document', 'application/octet-stream', 'kur.exe.bin'],
    [
      'a picture that breaks off',
      samples.png().subarray(0, 18),
      'f.png',
      'document',
      'application/octet-stream',
      'f.bin',
    ],
    ['a sticker', samples.webp(), 'x', 'document', 'image/webp', 'x.webp'],
    ['an archive', samples.zip({ 'a.txt': 'a' }), 'teklif.zip', 'document', 'application/zip', 'teklif.zip'],
    [
      'Turkish text of old',
      Buffer.from([0xde, 0xfd, 0xf0]),
      'not.txt',
      'document',
      'application/octet-stream',
      'not.txt',
    ],
  ] as const)('keeps %s as what it is, under a harmless name', async (_, content, fileName, kind, mimeType, name) => {
    expect(await received(content, { fileName })).toMatchObject({ kind, mimeType, fileName: name, inLibrary: false });
  });

  test('a voice message is one; sound that came as a file is not', async () => {
    expect(await received(samples.oggOpus(3), { kind: 'voice' })).toMatchObject({ kind: 'voice', voiceNote: true });
    expect(await received(samples.oggOpus(4), { kind: 'audio' })).toMatchObject({ kind: 'audio', voiceNote: false });
  });

  test('what is too large for its kind is a document; 100 MB is the end, and nothing is left', async () => {
    const large = Buffer.concat([samples.jpeg(), Buffer.alloc(5 * 1024 * 1024 + 1)]);
    expect(await received(large, { kind: 'image' })).toMatchObject({ kind: 'document', mimeType: 'image/jpeg' });
    const piece = Buffer.alloc(1024 * 1024, 1);
    const endless = Readable.from(Array.from({ length: 101 }, () => piece));
    expect(await receiveFile(world.ctx, delivery(endless))).toEqual({ refused: 'too-large' });
    expect(await receiveFile(world.ctx, delivery(''))).toEqual({ refused: 'empty' });
  });

  test('content that breaks off is no file: the caller hears of it and asks again', async () => {
    const broken = Readable.from(
      (async function* () {
        yield samples.pdf();
        throw new Error('the server went away');
      })(),
    );
    const asked = delivery(broken);
    await expect(receiveFile(world.ctx, asked)).rejects.toThrow('went away');
    expect(await world.ctx.db.select().from(receivedFiles).where(eq(receivedFiles.messageId, asked.messageId))).toEqual(
      [],
    );
    expect(await receiveFile(world.ctx, { ...asked, content: samples.pdf() })).toMatchObject({
      mediaId: expect.any(String),
    });
  });

  test('once for a message, however often and at once it is told', async () => {
    const asked = delivery(samples.pdf(11), { fileName: 'once.pdf' });
    const all = await Promise.all(Array.from({ length: 6 }, () => receiveFile(world.ctx, asked)));
    const ids = new Set(all.map((one) => ('mediaId' in one ? one.mediaId : null)));
    expect(ids.size).toBe(1);
    expect(await filed([...ids][0]!)).toMatchObject([{ messageId: asked.messageId }]);
    const again = await receiveFile(world.ctx, { ...asked, content: samples.pdf(12) });
    expect(again).toMatchObject({ mediaId: [...ids][0] });
  });

  test('the same bytes of two messages are stored once, and there is one entry with the newest time', async () => {
    const later = new Date('2026-03-02T10:00:00Z');
    const content = samples.pdf(13);
    const [one, two] = [
      await received(content, { fileName: 'teklif.pdf', at: later }),
      await received(content, { fileName: 'teklif.pdf', direction: 'out' }),
    ];
    expect(one.id).toBe(two.id);
    expect(await filed(one.id)).toMatchObject([
      {
        tags: ['received-documents', 'sent-documents'],
        filedAt: later,
        name: 'teklif.pdf',
        kind: 'document',
        userId: null,
      },
    ]);
    expect(await text(await world.ctx.storage.read(one.storageKey))).toBe(content.toString());
    expect(await world.ctx.db.select().from(storedContents).where(eq(storedContents.sha256, one.sha256))).toHaveLength(
      1,
    );
  });

  test('sound, stickers and strangers’ files are in no Files tab; of another organization’s customer neither', async () => {
    const kinds = ['sticker', 'voice', 'video', 'audio'] as const;
    const rows = await Promise.all(kinds.map((kind, i) => received(`file ${i}`, { kind })));
    rows.push(await received('stranger', { customerId: null }));
    rows.push(await received('foreign', { organizationId: world.globex.organizationId, userId: world.globex.userId }));
    for (const row of rows) expect(await filed(row.id)).toEqual([]);
  });

  test('what somebody sent before he was a customer is filed once he is one, and not again when it was taken out', async () => {
    const { acme, ctx, customers } = world;
    const messageId = newId();
    await ctx.db.execute(sql`
      insert into messages (id, organization_id, user_id, direction, kind, address, status, said_at)
      values (${messageId}, ${acme.organizationId}, ${acme.userId}, 'in', 'document', '+905551112233', 'received', ${at.toISOString()})`);
    const row = await received('önceden', { customerId: null, messageId });
    expect([await fileLate(ctx), await filed(row.id)]).toEqual([0, []]);
    const become = (id: string | null) =>
      ctx.db.execute(sql`update messages set customer_id = ${id} where id = ${messageId}`);
    await become(customers.deniz);
    expect([await fileLate(ctx), await fileLate(ctx)]).toEqual([1, 0]);
    expect(await filed(row.id)).toMatchObject([
      { customerId: customers.deniz, tags: ['received-documents'], messageId, filedAt: at },
    ]);
    await ctx.db.delete(customerFiles).where(eq(customerFiles.mediaId, row.id));
    await become(null);
    await become(customers.deniz);
    expect([await fileLate(ctx), await filed(row.id)]).toEqual([0, []]);
  });

  test('a message that became a customer’s while its file was fetched is filed at once', async () => {
    const { acme, ctx, customers } = world;
    const messageId = newId();
    await ctx.db.execute(sql`
      insert into messages (id, organization_id, user_id, direction, kind, address, status, customer_id)
      values (${messageId}, ${acme.organizationId}, ${acme.userId}, 'in', 'document', '+905551112233', 'received', ${customers.deniz})`);
    const row = await received('tam o sırada', { customerId: null, messageId });
    expect(await filed(row.id)).toMatchObject([{ customerId: customers.deniz }]);
  });

  test('the library does not list what came in, until somebody uploads the same', async () => {
    const row = await received(samples.png(8, 8, 'library'), { fileName: 'p.png', kind: 'image' });
    const list = async () =>
      ((await (await world.acme.call('GET', '/v1/media')).json()) as { data: { id: string }[] }).data.map(
        ({ id }) => id,
      );
    expect(await list()).not.toContain(row.id);
    const form = new FormData();
    form.set('file', new File([Uint8Array.from(samples.png(8, 8, 'library'))], 'p.png'));
    await world.acme.call('POST', '/v1/media', form);
    expect(await list()).toContain(row.id);
    expect(await world.ctx.db.select().from(media).where(eq(media.sha256, row.sha256))).toHaveLength(1);
  });
});
