import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { count, eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { importCustomersJob } from '#src/customers/jobs.ts';
import { runImport } from '#src/customers/run-import.ts';
import { activities } from '#src/db/schema/accounts.ts';
import { customerImports, customers } from '#src/db/schema/customers.ts';
import { newId } from '#src/platform/ids.ts';
import type { Member } from '#test/support/cast.ts';
import { createWorld, type World } from '#test/support/world.ts';

// biome-ignore lint/suspicious/noExplicitAny: answers are looked at field by field
type Json = any;
const json = async (answer: Response | Promise<Response>): Promise<Json> => (await answer).json();
const CSV = { 'content-type': 'text/csv; charset=utf-8' };
const upload = (member: Member, content: string | Uint8Array | ReadableStream, query = '', headers = {}) =>
  member.call('POST', `/v1/customers/import${query}`, content, { ...CSV, ...headers });
const status = (member: Member, id: string) => json(member.call('GET', `/v1/imports/${id}`));
async function carryOut(world: World, content: string | Uint8Array, query = '', headers = {}): Promise<Json> {
  const { id } = await json(upload(world.acme, content, query, headers));
  await world.drain();
  return status(world.acme, id);
}
const list = async (member: Member, query = ''): Promise<Json[]> =>
  (await json(member.call('GET', `/v1/customers${query}`))).data;
const phoneOf = (i: number) => `+90532${String(i).padStart(7, '0')}`;
const lines = (rows: string[]) => `${rows.join('\n')}\n`;
const people = (size: number) =>
  lines(['ad,telefon,etiket', ...Array.from({ length: size }, (_, i) => `Kişi ${i},${phoneOf(i)},yeni`)]);
const total = async (world: World) =>
  (
    await world.ctx.db
      .select({ n: count() })
      .from(customers)
      .where(eq(customers.organizationId, world.acme.organizationId))
  )[0]!.n;

describe('POST /v1/customers/import', () => {
  it('202: keeps the file, imports it later, and says how far it is', async () => {
    await using world = await createWorld();
    const answer = await upload(world.acme, people(3));
    expect(answer.status).toBe(202);
    const { id } = await json(answer);
    expect(await status(world.acme, id)).toEqual({
      id,
      status: 'pending',
      statusReason: null,
      dryRun: false,
      total: 0,
      created: 0,
      updated: 0,
      rejected: 0,
      errors: [],
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
      'ad,telefon,e-posta,Doğum Tarihi',
      'İlk,0532 123 45 67,,',
      'Son,+90 532 123 45 67,,',
      '=cmd|calc,0532 123 45 68,,',
      ',0532 123 45 69,,',
      'Bozuk,5.32E+09,x@,',
      "Robert'); drop table customers;--,0532 123 45 60,,",
    ]);
    const done = await carryOut(world, file, '', { 'accept-language': 'tr' });
    expect(done).toMatchObject({ status: 'completed', total: 6, created: 3, updated: 1, rejected: 2 });
    expect(done.errors).toEqual([
      { row: 1, field: 'Doğum Tarihi', message: 'Bilinmeyen sütun, dikkate alınmadı' },
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

describe('cut off and run again', () => {
  it('goes on at the next row, and every row counts once', async () => {
    await using world = await createWorld();
    const { id } = await json(upload(world.acme, people(3500)));
    const job = { organizationId: world.acme.organizationId, importId: id, language: 'en' as const };
    const stop = new AbortController();
    const tripping = { ...stop.signal, throwIfAborted: trip(3) } as AbortSignal;
    await expect(runImport(world.ctx, job, tripping)).rejects.toThrow('killed');
    expect(await status(world.acme, id)).toMatchObject({ status: 'running', total: 3500, created: 2000 });
    await world.drain();
    expect(await status(world.acme, id)).toMatchObject({ status: 'completed', total: 3500, created: 3500, updated: 0 });
    expect(await total(world)).toBe(3504);
    await runImport(world.ctx, job, stop.signal);
    expect(await status(world.acme, id)).toMatchObject({ created: 3500, updated: 0 });
  });

  it('runs twice at once without counting a row twice', async () => {
    await using world = await createWorld();
    const { id } = await json(upload(world.acme, people(3000)));
    const job = { organizationId: world.acme.organizationId, importId: id, language: 'en' as const };
    const signal = new AbortController().signal;
    const runs = await Promise.allSettled([runImport(world.ctx, job, signal), runImport(world.ctx, job, signal)]);
    expect(runs.map((run) => run.status)).toContain('fulfilled');
    await world.drain();
    expect(await status(world.acme, id)).toMatchObject({ status: 'completed', total: 3000, created: 3000, updated: 0 });
    expect(await total(world)).toBe(3004);
  });

  it('two imports of one file at once make each customer once', async () => {
    await using world = await createWorld();
    const file = people(2500);
    const reversed = lines(['ad,telefon,etiket', ...file.trim().split('\n').slice(1).reverse()]);
    const ids = [await json(upload(world.acme, file)), await json(upload(world.acme, reversed))].map(
      (answer) => answer.id as string,
    );
    const { organizationId } = world.acme;
    const signal = new AbortController().signal;
    await Promise.all(
      ids.map((importId) => runImport(world.ctx, { organizationId, importId, language: 'en' }, signal)),
    );
    const [a, b] = await Promise.all(ids.map((id) => status(world.acme, id)));
    expect(a.created + b.created).toBe(2500);
    expect(a.updated + b.updated).toBe(2500);
    expect(await total(world)).toBe(2504);
  });

  it('a dry run begins anew', async () => {
    await using world = await createWorld();
    const { id } = await json(upload(world.acme, people(2500), '?dryRun=true'));
    const job = { organizationId: world.acme.organizationId, importId: id, language: 'en' as const };
    await expect(runImport(world.ctx, job, { throwIfAborted: trip(3) } as AbortSignal)).rejects.toThrow('killed');
    await world.drain();
    expect(await status(world.acme, id)).toMatchObject({ status: 'completed', total: 2500, created: 2500, updated: 0 });
  });
});

/** Fails at the nth call. */
function trip(nth: number): () => void {
  let calls = 0;
  return () => {
    if (++calls === nth) throw new Error('killed');
  };
}

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

  it('400, 413, 415: nothing, too much of it, something else; and nothing is queued', async () => {
    await using world = await createWorld();
    const { acme, globex } = world;
    expect((await upload(acme, '')).status).toBe(400);
    expect((await upload(acme, people(1), '?dryRun=yes')).status).toBe(400);
    expect((await upload(acme, people(1), '?dry=true')).status).toBe(400);
    expect((await upload(acme, people(1), `?groupId=${newId()}`)).status).toBe(400);
    const foreign = await json(globex.call('POST', '/v1/groups', { name: 'G' }));
    expect((await upload(acme, people(1), `?groupId=${foreign.id}`)).status).toBe(400);
    expect((await upload(acme, people(1), '', { 'content-type': 'application/json' })).status).toBe(415);
    expect((await upload(acme, people(1), '', { 'content-length': String(60 * 1024 * 1024) })).status).toBe(413);
    const endless = new ReadableStream({ pull: (controller) => controller.enqueue(Buffer.alloc(1024 * 1024, 'a')) });
    expect((await upload(acme, endless)).status).toBe(413);
    expect(await world.ctx.db.select().from(customerImports)).toEqual([]);
    expect(await world.ctx.boss.fetch(importCustomersJob.name)).toEqual([]);
  });

  it('404: another organization’s import, an unknown one, what is no id', async () => {
    await using world = await createWorld();
    const { id } = await json(upload(world.acme, people(1)));
    for (const [member, path] of [
      [world.globex, id],
      [world.acme, newId()],
      [world.acme, 'x'],
    ] as const)
      expect((await member.call('GET', `/v1/imports/${path}`)).status).toBe(404);
  });
});

it('imports 20,000 rows, 40 MB, and holds only the rows at hand', async () => {
  await using world = await createWorld();
  const size = 20_000;
  async function* rows() {
    yield 'ad,telefon,e-posta,not\n';
    for (let i = 0; i < size; i++)
      yield `Kişi ${i},${phoneOf(i)},kisi${i}@example.com,${String(i).repeat(2000).slice(0, 2000)}\n`;
  }
  const { id } = await json(upload(world.acme, ReadableStream.from(rows()).pipeThrough(new TextEncoderStream())));
  const heldBytes = createScale();
  const held = new Map<number, number>();
  let batch = 0;
  const look = () => {
    if ([3, 11, 19].includes(++batch)) held.set(batch, heldBytes());
  };
  const signal = { throwIfAborted: look } as AbortSignal;
  await runImport(world.ctx, { organizationId: world.acme.organizationId, importId: id, language: 'en' }, signal);
  expect(await status(world.acme, id)).toMatchObject({ status: 'completed', total: size, created: size, rejected: 0 });
  const [early, ...later] = [...held.values()];
  expect(Math.max(...later) - early!).toBeLessThan(8 * 1024 * 1024);
});

/** Weighs what is still referred to, after a garbage collection. */
function createScale(): () => number {
  setFlagsFromString('--expose-gc');
  const collectGarbage: () => void = runInNewContext('gc');
  return () => {
    collectGarbage();
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  };
}
