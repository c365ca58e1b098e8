import { utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inTransaction } from '#src/context.ts';
import { organizations } from '#src/db/schema/accounts.ts';
import { creditAccounts } from '#src/db/schema/credits.ts';
import { customers } from '#src/db/schema/customers.ts';
import { discardedContents, looseMedia, media, storedContents } from '#src/db/schema/files.ts';
import { receiveFile } from '#src/files/receive-file.ts';
import { releaseLooseMedia } from '#src/files/release-loose-media.ts';
import { releaseMedia } from '#src/files/release-media.ts';
import { sweepUploads } from '#src/files/sweep-uploads.ts';
import { newId } from '#src/platform/ids.ts';
import { createMember } from '#test/support/cast.ts';
import { createWorld, type World } from '#test/support/world.ts';
import { bytesOnDisk, filesOf, putWell } from './filing.ts';
import * as samples from './samples.ts';
import { upload } from './upload.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

const release = () => releaseLooseMedia(world.ctx);
const erase = (customerId: string, fileId: string) =>
  world.acme.call('DELETE', `/v1/customers/${customerId}/files/${fileId}`);
const contentsOf = (sha256: string) =>
  world.ctx.db.select().from(storedContents).where(eq(storedContents.sha256, sha256));
const rowOf = async (id: string) => (await world.ctx.db.select().from(media).where(eq(media.id, id)))[0];
async function libraryMedia(content: Uint8Array | string, name: string) {
  const { id } = (await (await upload(world.acme.call, content, { name })).json()) as { id: string };
  return (await rowOf(id))!;
}
const receive = (customerId: string | null, content: string, messageId = newId()) =>
  receiveFile(world.ctx, {
    organizationId: world.acme.organizationId,
    userId: world.acme.userId,
    customerId,
    messageId,
    kind: 'document',
    direction: 'in',
    at: world.clock.now(),
    fileName: 'gelen.txt',
    content: Buffer.from(content),
  });

describe('bytes live as long as their last file', () => {
  test('of two customers and the library the last one takes them along', async () => {
    const { ayse, burak } = world.customers;
    const content = samples.pdf(31);
    const kept = await libraryMedia(content, 'l.pdf');
    const [a, b] = [
      await putWell(world.acme, ayse, content, { name: 'a.pdf' }),
      await putWell(world.acme, burak, content, { name: 'l.pdf' }),
    ];
    expect(b.mediaId).toBe(kept.id);
    expect(await contentsOf(kept.sha256)).toHaveLength(1);
    expect(await bytesOnDisk(world)).toContain(kept.storageKey);
    await erase(ayse, a.id);
    expect((await world.acme.call('DELETE', `/v1/media/${kept.id}`)).status).toBe(204);
    expect((await world.acme.call('DELETE', `/v1/media/${kept.id}`)).status).toBe(404);
    await release();
    expect([await rowOf(a.mediaId), (await rowOf(b.mediaId))?.inLibrary]).toEqual([undefined, false]);
    expect(await bytesOnDisk(world)).toContain(kept.storageKey);
    await erase(burak, b.id);
    await release();
    expect(await contentsOf(kept.sha256)).toEqual([]);
    expect(await bytesOnDisk(world)).not.toContain(kept.storageKey);
    expect(await world.ctx.db.select().from(discardedContents)).toEqual([]);
  });

  test('a thumbnail goes with its picture', async () => {
    const { ayse } = world.customers;
    const file = await putWell(world.acme, ayse, PNG, { name: 'p.png' });
    const answer = await world.acme.call('GET', `/v1/customers/${ayse}/files/${file.id}/thumbnail`);
    expect([answer.status, (await bytesOnDisk(world, 'thumbnails')).length]).toEqual([200, 1]);
    await answer.body?.cancel();
    await erase(ayse, file.id);
    await release();
    expect(await bytesOnDisk(world, 'thumbnails')).toEqual([]);
  });

  test('what a message brought stays in the conversation when it is taken out of the Files tab', async () => {
    const { ayse } = world.customers;
    const messageId = newId();
    const reception = await receive(ayse, 'sohbette kalır', messageId);
    const [file] = await filesOf(world.acme, ayse, '?tag=received-documents');
    await erase(ayse, file!.id);
    await release();
    expect(reception).toMatchObject({ mediaId: file!.mediaId });
    expect(await rowOf(file!.mediaId)).toBeDefined();
    expect(await receive(ayse, 'sohbette kalır', messageId)).toMatchObject({ mediaId: file!.mediaId });
    expect(await filesOf(world.acme, ayse, '?tag=received-documents')).toEqual([]);
  });

  test('taken out everywhere, it is in the conversation no more, and its bytes go', async () => {
    const { ceren } = world.customers;
    const messageId = newId();
    await world.ctx.db.execute(sql`
      insert into messages (id, organization_id, user_id, direction, customer_id, kind, address, status, attachment_status)
      values (${messageId}, ${world.acme.organizationId}, ${world.acme.userId}, 'in', ${ceren}, 'document', '+905550000000', 'received', 'pending')`);
    const brought = await receive(ceren, 'kimlik', messageId);
    if (!('mediaId' in brought)) throw new Error('refused');
    await world.ctx.db.execute(sql`
      update messages set media_id = ${brought.mediaId}, attachment_status = 'stored' where id = ${messageId}`);
    const [file] = await filesOf(world.acme, ceren);
    await erase(ceren, `${file!.id}?everywhere=true`);
    await release();
    expect([await rowOf(brought.mediaId), (await bytesOnDisk(world)).includes(brought.media.storageKey)]).toEqual([
      undefined,
      false,
    ]);
    const [message] = await world.ctx.db.execute(sql`
      select media_id, attachment_status from messages where id = ${messageId}`);
    expect(message).toEqual({ media_id: null, attachment_status: 'lost' });
  });

  test('KVKK: an erased customer’s files and what he sent go, bytes and all; another’s same file stays', async () => {
    const { burak } = world.customers;
    const { id } = (await (await world.acme.call('POST', '/v1/customers', { firstName: 'Silinecek' })).json()) as {
      id: string;
    };
    const messageId = newId();
    await world.ctx.db.execute(sql`
      insert into messages (id, organization_id, user_id, direction, customer_id, kind, address, status)
      values (${messageId}, ${world.acme.organizationId}, ${world.acme.userId}, 'in', ${id}, 'document', '+905550000000', 'received')`);
    const brought = await receive(id, 'kimlik fotokopisi', messageId);
    const own = await putWell(world.acme, id, 'yalnız onun', { name: 'o.txt' });
    const shared = await putWell(world.acme, id, 'ortak', { name: 's.txt' });
    await putWell(world.acme, burak, 'ortak', { name: 's.txt' });
    const keys = await Promise.all(
      [own, shared, brought].map(async (one) => (await rowOf('mediaId' in one ? one.mediaId : ''))!.storageKey),
    );
    await world.acme.call('POST', `/v1/customers/${id}/erase`);
    await world.drain();
    await release();
    const bytes = await bytesOnDisk(world);
    expect(keys.map((key) => bytes.includes(key))).toEqual([false, true, false]);
    expect(await filesOf(world.acme, burak, '?search=s.txt')).toHaveLength(1);
  });

  test('an erased organization leaves no bytes, nor a word of them', async () => {
    const gone = await createMember(world.ctx, world.call, 'gone');
    const { id } = (await (await gone.call('POST', '/v1/customers', { firstName: 'X' })).json()) as { id: string };
    await putWell(gone, id, samples.pdf(32), { name: 'x.pdf' });
    await upload(gone.call, samples.pdf(33));
    const of = async () => (await bytesOnDisk(world)).filter((key) => key.includes(gone.organizationId));
    expect(await of()).toHaveLength(2);
    await world.ctx.db.delete(creditAccounts).where(eq(creditAccounts.organizationId, gone.organizationId));
    await world.ctx.db.delete(organizations).where(eq(organizations.id, gone.organizationId));
    await release();
    expect(await of()).toEqual([]);
    for (const table of [storedContents, looseMedia, discardedContents])
      expect(await world.ctx.db.select().from(table).where(eq(table.organizationId, gone.organizationId))).toEqual([]);
  });
});

describe('races', () => {
  const settled = async (sha256: string) => {
    await release();
    for (const row of await world.ctx.db.select().from(media).where(eq(media.sha256, sha256)))
      expect(await world.ctx.storage.exists(row.storageKey), 'a row without bytes').toBe(true);
  };

  test('uploads of the same bytes while the last file is being deleted: never a row without bytes', async () => {
    const { ayse } = world.customers;
    const content = samples.pdf(34);
    for (let round = 0; round < 4; round++) {
      const { id, sha256 } = await putWell(world.acme, ayse, content, { name: 'yarış.pdf' });
      const [put, twin] = await Promise.all([
        putWell(world.acme, world.customers.burak, content, { name: round % 2 ? 'yarış.pdf' : 'ikiz.pdf' }),
        putWell(world.acme, world.customers.deniz, content, { name: 'yarış.pdf' }),
        erase(ayse, id),
        release(),
      ]);
      await settled(sha256);
      const bytes = await world.acme.call('GET', `/v1/customers/${world.customers.burak}/files/${put.id}/content`);
      expect(Buffer.from(await bytes.arrayBuffer()).equals(content)).toBe(true);
      await Promise.all([erase(world.customers.burak, put.id), erase(world.customers.deniz, twin.id), release()]);
      await settled(sha256);
      expect(await contentsOf(sha256)).toEqual([]);
    }
  });

  test('the same file comes in again while its entry is being deleted: neither waits for the other for ever', async () => {
    const { deniz } = world.customers;
    for (let round = 0; round < 4; round++) {
      await receive(deniz, 'aynı dosya');
      const [file] = await filesOf(world.acme, deniz, '?search=gelen.txt');
      const [again, erased] = await Promise.all([receive(deniz, 'aynı dosya'), erase(deniz, file!.id), release()]);
      expect([again, erased.status]).toEqual([expect.objectContaining({ mediaId: file!.mediaId }), 204]);
      await settled((await rowOf(file!.mediaId))!.sha256);
    }
  });

  test('bytes that went between the look and the word are put again', async () => {
    const { ayse } = world.customers;
    const content = samples.pdf(35);
    const first = await putWell(world.acme, ayse, content, { name: 'gitti.pdf' });
    const { storage } = world.ctx;
    const hold = storage.hold.bind(storage);
    let puts = 0;
    storage.hold = async (readable) => {
      const held = await hold(readable);
      return { ...held, keep: async (key) => held.keep(key).finally(() => puts++) };
    };
    // the deletion is begun and not committed when the upload looks
    let again: Promise<unknown> = Promise.resolve();
    await inTransaction(world.ctx, async (ctx) => {
      await ctx.db.execute(sql`delete from customer_files where id = ${first.id}`);
      await releaseMedia(ctx, [first.mediaId]);
      again = putWell(world.acme, ayse, content, { name: 'gitti.pdf' });
      await waitForLock();
    });
    await again;
    storage.hold = hold;
    expect(puts).toBe(1);
    await settled(first.sha256);
    const [row] = await contentsOf(first.sha256);
    expect(await storage.exists(row!.storageKey)).toBe(true);
  });

  test('a file that is filed while its customer is being erased does not outlive him', async () => {
    const { id } = (await (await world.acme.call('POST', '/v1/customers', { firstName: 'Yarım' })).json()) as {
      id: string;
    };
    let filing: Promise<unknown> = Promise.resolve();
    await inTransaction(world.ctx, async (ctx) => {
      await ctx.db.update(customers).set({ deletedAt: world.clock.now() }).where(eq(customers.id, id));
      filing = receive(id, 'geç kaldı');
      await waitForLock();
    });
    await filing;
    const [left] = await world.ctx.db.execute(
      sql`select count(*)::int as count from customer_files where customer_id = ${id}`,
    );
    expect(left).toEqual({ count: 0 });
  });

  /** Until somebody waits for what we hold. */
  async function waitForLock(): Promise<void> {
    for (;;) {
      const [waiting] = await world.ctx.db.execute(
        sql`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' limit 1`,
      );
      if (waiting) return;
      await new Promise((done) => setTimeout(done, 10));
    }
  }
});

test('a crash leaves bytes without a file, and the sweep removes them after a day; what files have it leaves alone', async () => {
  const mine = await libraryMedia(samples.pdf(36), 'k.pdf');
  const folder = join(world.dataDir, 'files', 'media', world.acme.organizationId);
  const at = (hours: number) => new Date(world.clock.now().getTime() - hours * 3_600_000);
  for (const [name, hours] of [
    ['0192d0d0-0000-7000-8000-000000000001', 25],
    ['0192d0d0-0000-7000-8000-000000000002', 23],
    ['half.part', 25],
  ] as const) {
    await writeFile(join(folder, name), 'x');
    await utimes(join(folder, name), at(hours), at(hours));
  }
  await utimes(join(world.dataDir, 'files', mine.storageKey), at(999), at(999));
  expect([await sweepUploads(world.ctx), await sweepUploads(world.ctx)]).toEqual([2, 0]);
  expect(await world.ctx.storage.exists(mine.storageKey)).toBe(true);
});

test('killed between the bytes and their row: no row, and the sweep of two days later takes the bytes, and no others', async () => {
  const kept = await libraryMedia(samples.pdf(37), 'kalan.pdf');
  const before = await bytesOnDisk(world);
  const db = new Proxy(world.ctx.db, {
    get: (target, name) =>
      name === 'transaction' ? () => Promise.reject(new Error('killed')) : Reflect.get(target, name),
  });
  const { organizationId, userId } = world.acme;
  const killed = receiveFile(
    { ...world.ctx, db },
    {
      ...{ organizationId, userId, customerId: null, messageId: newId(), kind: 'document', direction: 'in' },
      ...{ at: world.clock.now(), content: Buffer.from('yarıda kalan') },
    },
  );
  await expect(killed).rejects.toThrow('killed');
  const [orphan] = (await bytesOnDisk(world)).filter((key) => !before.includes(key));
  expect(await world.ctx.db.select().from(storedContents).where(eq(storedContents.storageKey, orphan!))).toEqual([]);
  const after = new Date(Date.now() + 2 * 86_400_000);
  await sweepUploads({ ...world.ctx, clock: { now: () => after } });
  const left = await bytesOnDisk(world);
  expect([left.includes(orphan!), left.includes(kept.storageKey)]).toEqual([false, true]);
});

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
