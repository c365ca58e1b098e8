import { Readable } from 'node:stream';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { runImport } from '#src/customers/run-import.ts';
import { activities } from '#src/db/schema/activities.ts';
import { customerImports } from '#src/db/schema/customer-imports.ts';
import { createWorld } from '#test/support/world.ts';
import { carryOut, type Json, json, lines, list, people, phoneOf, status, total, upload } from './importing.ts';

describe('POST /v1/customers/import', () => {
  it('202: keeps the file, imports it later, and says how far it is', async () => {
    await using world = await createWorld();
    const answer = await upload(world.acme, people(3));
    expect(answer.status).toBe(202);
    const { id } = await json(answer);
    expect(await status(world.acme, id)).toEqual({
      id,
      fileName: null,
      format: null,
      sizeBytes: expect.any(Number),
      status: 'pending',
      statusReason: null,
      dryRun: false,
      twins: 'overwrite',
      groupId: null,
      processed: 0,
      total: 0,
      created: 0,
      updated: 0,
      skipped: 0,
      rejected: 0,
      errors: [],
      warnings: [],
      expiresAt: '2026-03-09T09:00:00.000Z',
      createdAt: '2026-03-02T09:00:00.000Z',
      startedAt: null,
      endedAt: null,
    });
    world.clock.advance({ minutes: 1 });
    await world.drain();
    expect(await status(world.acme, id)).toMatchObject({
      status: 'completed',
      total: 3,
      created: 3,
      startedAt: '2026-03-02T09:01:00.000Z',
      endedAt: '2026-03-02T09:01:00.000Z',
    });
    const [newest] = await list(world.acme, '?search=kisi');
    expect(newest).toMatchObject({
      phone: phoneOf(2),
      countryCode: 'TR',
      tags: ['yeni'],
      createdAt: '2026-03-02T09:01:00.000Z',
    });
    const written = await world.ctx.db.select().from(activities).where(eq(activities.subjectId, id));
    expect(written.map((a) => [a.verb, a.actorType])).toEqual([
      ['customers.import', 'user'],
      ['customers.import-completed', 'job'],
    ]);
    const [record] = await world.ctx.db.select().from(customerImports);
    await expect(world.ctx.storage.read(record!.storageKey)).rejects.toThrow();
  });

  it('updates by phone, else by email; what the file leaves open stays; who is suppressed stays so', async () => {
    await using world = await createWorld();
    const { acme } = world;
    await acme.call('POST', '/v1/customers', { firstName: 'Mailli', email: 'mail@example.com', tags: ['eski'] });
    const file = lines([
      'Ad;Soyad;Telefon;E-posta;Etiketler',
      'Ayşegül;;0532 111 00 01;;vip',
      'Ceren;Kara;0532 111 00 03;;',
      'Mail;Li;0532 888 77 66;MAIL@example.com;yeni|vip',
      'Yeni;Biri;;yeni@example.com;',
    ]);
    expect(await carryOut(world, file)).toMatchObject({ created: 1, updated: 3, rejected: 0, total: 4 });
    expect(await list(acme, '?search=ayşegül')).toMatchObject([
      { lastName: 'Yilmaz', email: 'yilmaz@example.com', tags: ['vip'] },
    ]);
    expect(await list(acme, '?search=mail@')).toMatchObject([
      { firstName: 'Mail', phone: '+905328887766', tags: ['eski', 'yeni', 'vip'] },
    ]);
    expect((await json(acme.call('GET', '/v1/suppressions?search=1110003'))).data).toHaveLength(1);
    expect(await carryOut(world, file)).toMatchObject({ created: 0, updated: 4 });
    expect(await total(world)).toBe(6);
  });

  it('counts every row once: created, updated or rejected; of rows with one phone the last wins', async () => {
    await using world = await createWorld();
    const file = lines([
      'ad,telefon,e-posta,Ayakkabı',
      'İlk,0532 123 45 67,,',
      'Son,+90 532 123 45 67,,',
      '=cmd|calc,0532 123 45 68,,',
      ',0532 123 45 69,,',
      'Bozuk,5.32E+09,x@,',
      "Robert'); drop table customers;--,0532 123 45 60,,",
    ]);
    const done = await carryOut(world, file);
    expect(done).toMatchObject({ status: 'completed', total: 6, created: 3, updated: 1, rejected: 2 });
    expect(done.errors[0]).toEqual({ row: 5, field: 'firstName', message: 'The first name is missing' });
    const told = await status(world.acme, done.id, 'tr');
    expect(told.warnings).toEqual([{ row: 1, field: 'Ayakkabı', message: 'Bilinmeyen sütun, dikkate alınmadı' }]);
    expect(told.errors).toEqual([
      { row: 5, field: 'firstName', message: 'Ad eksik' },
      { row: 6, field: 'phone', message: expect.stringContaining('Tablo programı') },
      { row: 6, field: 'email', message: 'Bu geçerli bir e-posta adresi değil' },
    ]);
    expect((await list(world.acme, '?search=532123456')).map((c) => c.firstName)).toEqual([
      "Robert'); drop table customers;--",
      '=cmd|calc',
      'Son',
    ]);
  });

  it('reads what spreadsheets in Turkey write: Windows-1254, semicolons, CRLF', async () => {
    await using world = await createWorld();
    const bytes = Buffer.from('Ad\xfd;Soyad\xfd;Cep Telefonu\r\n\xddpek;\xdeahin;(0532) 123 45 67\r\n', 'latin1');
    expect(await carryOut(world, bytes)).toMatchObject({ created: 1, errors: [] });
    expect(await list(world.acme, '?search=ipek')).toMatchObject([
      { firstName: 'İpek', lastName: 'Şahin', phone: '+905321234567' },
    ]);
  });

  it('keeps the first 1,000 errors and counts all of them', async () => {
    await using world = await createWorld();
    const done = await carryOut(
      world,
      lines(['ad,telefon', ...Array.from({ length: 2500 }, (_, i) => `A,${i % 2 ? '123' : phoneOf(i)}`)]),
    );
    expect(done).toMatchObject({ total: 2500, created: 1250, rejected: 1250 });
    expect(done.errors).toHaveLength(1000);
    expect(done.errors.at(-1)).toMatchObject({ row: 2001, field: 'phone' });
  });

  it('makes everybody in the file a member of the group', async () => {
    await using world = await createWorld();
    const { acme } = world;
    const group = await json(acme.call('POST', '/v1/groups', { name: 'Fuar' }));
    await carryOut(
      world,
      lines(['ad,telefon', 'Ayşe,0532 111 00 01', 'Yeni,0532 123 45 67', 'Kötü,1']),
      `?groupId=${group.id}`,
    );
    const { data } = await json(acme.call('GET', `/v1/groups/${group.id}/customers`));
    expect(data.map((c: Json) => c.firstName)).toEqual(['Yeni', 'Ayşe']);
  });

  it('goes on without the group when it is deleted meanwhile', async () => {
    await using world = await createWorld();
    const group = await json(world.acme.call('POST', '/v1/groups', { name: 'Fuar' }));
    const { id } = await json(upload(world.acme, people(2), `?groupId=${group.id}`));
    await world.acme.call('DELETE', `/v1/groups/${group.id}`);
    await world.drain();
    expect(await status(world.acme, id)).toMatchObject({ status: 'completed', created: 2 });
  });

  it('touches nobody in another organization', async () => {
    await using world = await createWorld();
    await json(upload(world.globex, lines(['ad,telefon,email', 'X,0532 111 00 01,demir@example.com'])));
    await world.drain();
    expect((await list(world.acme)).map((c) => c.firstName)).toEqual(['Deniz', 'Ceren', 'Burak', 'Ayşe']);
    expect(await list(world.globex)).toMatchObject([{ firstName: 'X', email: 'demir@example.com' }]);
  });
});

describe('?dryRun=true', () => {
  it('changes nothing and counts what the import then does, across batches', async () => {
    await using world = await createWorld();
    const again = Array.from({ length: 700 }, (_, i) => `Tekrar ${i},${phoneOf(i * 3)},`);
    const mails = Array.from({ length: 700 }, (_, i) => `Mail ${i},,m${i % 400}@example.com`);
    const file = `${people(1200).replace('etiket', 'email').replaceAll(',yeni', ',')}${lines([...again, ...mails, 'Ayşe,05321110001,', 'x,1,'])}`;
    const before = await total(world);
    const dry = await carryOut(world, file, '?dryRun=true');
    expect(await total(world)).toBe(before);
    const { created, updated, rejected, errors } = await carryOut(world, file);
    expect(dry).toMatchObject({ status: 'completed', dryRun: true, created, updated, rejected, errors, total: 2602 });
    expect({ created, updated, rejected }).toEqual({ created: 1600 + 300, updated: 400 + 300 + 1, rejected: 1 });
  });
});

describe('files that cannot be imported', () => {
  it.each([
    ['no-name-column', lines(['telefon', '0532 123 45 67'])],
    ['no-header', '\n\n \n'],
    ['not-csv', `ad,telefon\nA,0532 123 45 67\n"B,${'x'.repeat(300_000)}\n`],
  ])('%s: fails, says so, and changes nothing', async (reason, file) => {
    await using world = await createWorld();
    const done = await carryOut(world, file);
    expect(done).toMatchObject({ status: 'failed', statusReason: reason, created: 0, endedAt: expect.any(String) });
    expect(done.errors).toEqual([{ row: 1, field: '', message: expect.any(String) }]);
    expect(await total(world)).toBe(4);
  });

  it('file-missing: fails rather than trying for ever', async () => {
    await using world = await createWorld();
    const { id } = await json(upload(world.acme, people(1)));
    const [record] = await world.ctx.db.select().from(customerImports);
    await world.ctx.storage.delete(record!.storageKey);
    await world.drain();
    expect(await status(world.acme, id)).toMatchObject({ status: 'failed', statusReason: 'file-missing' });
  });
});

it('imports 5,000 rows, 22 MB, and holds only the rows at hand', async () => {
  await using world = await createWorld();
  const size = 5000;
  async function* rows() {
    yield 'ad,telefon,e-posta,not\n';
    for (let i = 0; i < size; i++)
      yield `Kişi ${i},${phoneOf(i)},kisi${i}@example.com,${String(i).repeat(4500).slice(0, 4500)}\n`;
  }
  const heldBytes = createScale();
  await carryOut(world, people(2000));
  const { id } = await json(
    upload(
      world.acme,
      Readable.toWeb(Readable.from(rows()).map((text: string) => Buffer.from(text))) as ReadableStream,
    ),
  );
  const start = heldBytes();
  const held: number[] = [];
  let batch = 0;
  const look = () => {
    if ([3, 5].includes(++batch)) held.push(heldBytes() - start);
  };
  const signal = { throwIfAborted: look } as AbortSignal;
  await runImport(world.ctx, { organizationId: world.acme.organizationId, importId: id }, signal);
  expect(await status(world.acme, id)).toMatchObject({
    status: 'completed',
    total: size,
    created: size - 2000,
    updated: 2000,
    rejected: 0,
  });
  expect(Math.max(...held)).toBeLessThan(16 * 1024 * 1024);
}, 120_000);

/** Weighs what is still referred to, after a garbage collection. */
function createScale(): () => number {
  setFlagsFromString('--expose-gc');
  const collectGarbage: () => void = runInNewContext('gc');
  return () => {
    collectGarbage();
    collectGarbage();
    return process.memoryUsage().heapUsed;
  };
}
