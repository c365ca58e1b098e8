import { eq } from 'drizzle-orm';
import { afterAll, describe, expect, it } from 'vitest';
import { purgeImports } from '#src/customers/purge-imports.ts';
import { runImport } from '#src/customers/run-import.ts';
import { customerImportRejects, customerImports } from '#src/db/schema/customer-imports.ts';
import { customFields } from '#src/db/schema/customer-records.ts';
import { liveEvents } from '#src/db/schema/live.ts';
import { newId } from '#src/platform/ids.ts';
import { createWorld } from '#test/support/world.ts';
import { book, draftsOf } from './drafting.ts';
import { carryOut, type Json, json, lines, people, status, total, upload } from './importing.ts';

const world = await createWorld();
afterAll(() => world[Symbol.asyncDispose]());
const { acme, globex } = world;
const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const { preview, draft, start, carryDraft, recordOf } = draftsOf(world);
const fieldsOf = (seen: Json) => seen.columns.map((column: Json) => column.field);
await world.ctx.db.insert(customFields).values([
  {
    id: newId(),
    organizationId: acme.organizationId,
    key: 'beden',
    label: 'Beden',
    type: 'select',
    options: ['S', 'M'],
  },
  { id: newId(), organizationId: globex.organizationId, key: 'gizli', label: 'Gizli', type: 'text' },
]);

describe('POST /v1/imports/preview', () => {
  it('201: says how the file is written, what its columns seem to hold and how surely; imports nothing', async () => {
    const before = await total(world);
    const file = lines([
      'Ad Soyad;Cep Tel;İletişim;Doğum Tarihi;Şehir/İl;Danışman;İzin;Beden;Puan;İrtibat',
      'İpek Şahin;0532 900 00 01;ipek@example.com;31.12.1985;Muğla;;evet;S;3;0533 900 00 01',
      'Şükrü Iğdır;0532 900 00 02;sukru@example.com;1.2.1990;İzmir;;hayır;M;4;0533 900 00 02',
    ]);
    const answer = await preview(file, '?fileName=Liste.csv');
    expect(answer.status).toBe(201);
    const seen = await json(answer);
    expect(seen).toMatchObject({
      fileName: 'Liste.csv',
      format: 'csv',
      encoding: 'utf-8',
      separator: ';',
      sheets: [],
      headerRow: 1,
      expiresAt: '2026-03-09T09:00:00.000Z',
    });
    expect(seen.columns.map(({ name, field, because }: Json) => [name, field, because])).toEqual([
      ['Ad Soyad', 'fullName', 'name'],
      ['Cep Tel', 'phone', 'name'],
      ['İletişim', 'email', 'content'],
      ['Doğum Tarihi', 'birthday', 'name'],
      ['Şehir/İl', 'city', 'name'],
      ['Danışman', 'consultant', 'name'],
      ['İzin', 'marketingConsent', expect.any(String)],
      ['Beden', 'custom:beden', 'name'],
      ['Puan', null, null],
      ['İrtibat', 'otherPhone', 'content'],
    ]);
    expect(seen.columns[0]).toMatchObject({ confidence: 1, samples: ['İpek Şahin', 'Şükrü Iğdır'] });
    expect(seen.rows[1]).toEqual({ row: 3, cells: expect.arrayContaining(['Şükrü Iğdır', '0532 900 00 02']) });
    expect(seen.fields).toContainEqual({ field: 'birthday', name: 'Doğum tarihi' });
    expect(seen.fields).toContainEqual({ field: 'custom:beden', name: 'Beden' });
    expect(JSON.stringify(seen.fields)).not.toContain('gizli');
    await world.drain();
    expect(await total(world)).toBe(before);
    expect(await status(acme, seen.id)).toMatchObject({ status: 'draft', processed: 0, fileName: 'Liste.csv' });
    const again = await json(acme.call('GET', `/v1/imports/${seen.id}/preview?separator=,&encoding=windows-1254`));
    expect(again).toMatchObject({ id: seen.id, separator: ',', encoding: 'windows-1254' });
    expect(again.rows[0].cells).toHaveLength(1);
    expect((await globex.call('GET', `/v1/imports/${seen.id}/preview`)).status).toBe(404);
  });

  it('tells an XLSX by its content; finds a header below a title, and a list without one', async () => {
    const named = await book([['Müşteri listesi 2026'], ['Ad', 'Soyad', 'GSM'], ['Ali', 'Can', 5_329_000_003]]);
    const seen = await json(preview(named));
    expect(seen).toMatchObject({ format: 'xlsx', sheet: 'Liste', encoding: null, headerRow: 2 });
    expect(fieldsOf(seen)).toEqual(['firstName', 'lastName', 'phone']);
    const bare = await json(
      preview(
        await book([
          ['Ali Can', 5_329_000_004, 'x@example.com'],
          ['Ece Su', 5_329_000_005, 'y@example.com'],
        ]),
      ),
    );
    expect(bare).toMatchObject({ headerRow: 0, rows: [{ row: 1 }, { row: 2 }] });
    expect(fieldsOf(bare)).toEqual(['fullName', 'phone', 'email']);
    expect(await json(start(bare.id, {}))).toMatchObject({ errors: [{ path: 'mapping' }] });
    const mapping = bare.columns.map(({ column, field }: Json) => ({ column, field }));
    expect(await carryDraft(bare.id, { mapping })).toMatchObject({
      status: 'completed',
      created: 2,
      rejected: 0,
      total: 2,
    });
    expect(await recordOf('+905329000005')).toMatchObject({ firstName: 'Ece', lastName: 'Su', email: 'y@example.com' });
    expect((await preview(await book([['Ad'], ['A']]), '', { 'content-type': XLSX })).status).toBe(201);
  });

  it('400: what is no table, says which file would do, and keeps nothing', async () => {
    const before = await world.ctx.db.$count(customerImports);
    for (const content of [
      Buffer.from('%PDF-1.4'),
      Buffer.from('d0cf11e0a1b11ae1', 'hex'),
      '\n\n',
      Buffer.from('PK\x03\x04xx'),
    ]) {
      const answer = await preview(content);
      expect(answer.status).toBe(400);
      expect(await json(answer)).toMatchObject({ errors: [{ path: 'body' }], reason: expect.any(String) });
    }
    expect((await preview('ad\nA\n', '?separator=x')).status).toBe(400);
    expect((await preview('ad\nA\n', '', { 'content-type': 'application/json' })).status).toBe(415);
    expect(await world.ctx.db.$count(customerImports)).toBe(before);
  });
});

describe('POST /v1/imports/{id}/cancel', () => {
  it('200: stops after the rows at hand and deletes the file, also of a draft; 409 once it is over', async () => {
    const { id } = await json(upload(acme, people(2500)));
    const cancel = () => acme.call('POST', `/v1/imports/${id}/cancel`);
    let stopped: ReturnType<typeof cancel> | undefined;
    let batches = 0;
    const throwIfAborted = () => {
      if (++batches === 2) stopped = cancel();
    };
    const job = { organizationId: acme.organizationId, importId: id };
    await runImport(world.ctx, job, { throwIfAborted } as AbortSignal);
    expect(await json(stopped!)).toMatchObject({ status: 'cancelled' });
    const ended = await status(acme, id);
    expect(ended).toMatchObject({ status: 'cancelled', total: 2500, endedAt: expect.any(String) });
    expect(ended.created).toBeLessThan(2500);
    expect((await cancel()).status).toBe(409);
    await world.drain();
    expect(await status(acme, id)).toMatchObject({ status: 'cancelled', created: ended.created });
    const told = await world.ctx.db.select().from(liveEvents).where(eq(liveEvents.type, 'import.progress'));
    expect(told.filter(({ data }) => data.importId === id).map(({ data }) => data.status)).toEqual(
      expect.arrayContaining(['running', 'cancelled']),
    );
    const other = await draft('ad\nA\n');
    expect((await acme.call('POST', `/v1/imports/${other}/cancel`)).status).toBe(200);
    expect((await acme.call('GET', `/v1/imports/${other}/preview`)).status).toBe(409);
    expect((await start(other, {})).status).toBe(409);
    for (const key of [id, other])
      await expect(world.ctx.storage.exists(`imports/${acme.organizationId}/${key}`)).resolves.toBe(false);
  });
});

describe('GET /v1/imports/{id}/rejected.csv', () => {
  it('200: the rows as they were written, with row, field and reason in the reader’s language; put right they go in', async () => {
    const done = await carryOut(
      world,
      lines(['Ad;Cep;Renk', 'İyi;0532 930 00 01;mavi', '"Kötü; ""X""";123;=1+1', ';0532 930 00 02;']),
    );
    const get = (language: string, member = acme) =>
      member.call('GET', `/v1/imports/${done.id}/rejected.csv`, undefined, { 'accept-language': language });
    expect((await get('tr', globex)).status).toBe(404);
    const answer = await get('tr');
    expect(answer.headers.get('content-type')).toContain('text/csv');
    const turkish = new TextDecoder('utf-8', { ignoreBOM: true }).decode(await answer.arrayBuffer());
    expect(turkish.split('\r\n')).toEqual([
      '\ufeffAd;Cep;Renk;Satır;Hatalı alan;Sebep',
      `"Kötü; ""X""";123;'=1+1;3;Telefon;Bu geçerli bir telefon numarası değil`,
      ';0532 930 00 02;;4;Ad;Ad eksik',
      '',
    ]);
    expect(await (await get('en')).text()).toContain('4,First name,The first name is missing');
    const again = await carryOut(world, turkish.replace(';123;', ';0532 930 00 03;').replace('\n;0532', '\nÜç;0532'));
    expect(again).toMatchObject({ created: 2, rejected: 0, warnings: [{ field: 'Renk' }] });
    expect(await recordOf('+905329300003')).toMatchObject({ firstName: 'Kötü; "X"' });

    const waiting = await draft('ad\nA\n');
    const before = await world.ctx.db.$count(customerImportRejects);
    expect(before).toBeGreaterThan(0);
    world.clock.advance({ days: 6 });
    await purgeImports(world.ctx);
    expect(await world.ctx.db.$count(customerImportRejects)).toBe(before);
    world.clock.advance({ days: 2 });
    await purgeImports(world.ctx);
    expect(await world.ctx.db.$count(customerImportRejects)).toBe(0);
    expect((await (await get('en')).text()).trim().split('\n')).toHaveLength(1);
    expect(await status(acme, done.id)).toMatchObject({ rejected: 2, expiresAt: null });
    expect(await status(acme, waiting)).toMatchObject({ status: 'cancelled', statusReason: 'expired' });
    expect(await world.ctx.storage.exists(`imports/${acme.organizationId}/${waiting}`)).toBe(false);
  });
});

describe('templates and the list', () => {
  it.each([
    ['tr', 'Telefon', ';'],
    ['en', 'Phone', ','],
  ])(
    'GET /v1/imports/template.csv and template.xlsx in %s: an import knows every column and leaves the example out',
    async (language, name, separator) => {
      const csv = await acme.call('GET', '/v1/imports/template.csv', undefined, { 'accept-language': language });
      const text = await csv.text();
      expect(text).toContain(`${separator}${name}${separator}`);
      const xlsx = await acme.call('GET', '/v1/imports/template.xlsx', undefined, { 'accept-language': language });
      expect(xlsx.headers.get('content-type')).toBe(XLSX);
      for (const file of [text, new Uint8Array(await xlsx.arrayBuffer())]) {
        const seen = await json(preview(file));
        expect(
          seen.columns.every((column: Json) => column.confidence === 1),
          JSON.stringify(seen.columns),
        ).toBe(true);
        expect(fieldsOf(seen)).toContain('custom:beden');
        expect(await carryDraft(seen.id, {})).toMatchObject({ skipped: 1, created: 0, rejected: 0, errors: [] });
      }
    },
  );

  it('GET /v1/imports: newest first, page by page; nobody else’s', async () => {
    const first = await json(acme.call('GET', '/v1/imports?limit=2'));
    expect(first.data).toHaveLength(2);
    const second = await json(acme.call('GET', `/v1/imports?limit=2&cursor=${first.nextCursor}`));
    const ids = [...first.data, ...second.data].map((one: Json) => one.id);
    expect(ids).toEqual(ids.toSorted().reverse());
    expect(new Set(ids).size).toBe(4);
    expect(await json(globex.call('GET', '/v1/imports'))).toEqual({ data: [], nextCursor: null });
  });
});
