import { afterAll, describe, expect, it } from 'vitest';
import { readImportColumns } from '#src/customers/import-columns.ts';
import { readConsentDate, readConsentWord } from '#src/customers/import-consent.ts';
import { createWorld } from '#test/support/world.ts';
import { barOf, heldBy, historyOf, states, withdraw } from './consenting.ts';
import { carryOut, lines, list, status } from './importing.ts';

const world = await createWorld();
afterAll(() => world[Symbol.asyncDispose]());
const { acme } = world;

describe('words and dates', () => {
  it.each([
    ['given', ['Evet', 'EVET', 'var', '1', 'true', 'YES', 'Onaylı', 'ONAY', 'İzinli', 'izin verdi', 'opt-in', ' e ']],
    ['withdrawn', ['Hayır', 'HAYIR', 'hayir', 'yok', '0', 'False', 'no', 'RET', 'red', 'izin vermedi', 'h']],
    [null, ['', '   ']],
  ])('%s: %j', (state, cells) => {
    for (const cell of cells) expect(readConsentWord(cell), cell).toEqual({ ok: true, state });
  });
  it.each(['belki', '2', 'maybe', 'constructor', '__proto__'])('says so of %s', (cell) =>
    expect(readConsentWord(cell).ok).toBe(false),
  );

  const times = { now: new Date('2026-03-02T09:00:00Z'), timeZone: 'Europe/Istanbul' };
  it.each([
    ['2026-01-31', '2026-01-30T21:00:00.000Z'],
    ['31.01.2026', '2026-01-30T21:00:00.000Z'],
    ['1/2/2026 8:05', '2026-02-01T05:05:00.000Z'],
    ['2026-02-01  14:30:15', '2026-02-01T11:30:15.000Z'],
    ['2026-02-01T14:30:15Z', '2026-02-01T14:30:15.000Z'],
    ['2026-02-01T14:30:15+05:00', '2026-02-01T09:30:15.000Z'],
  ])('%s', (cell, at) => expect(readConsentDate(cell, times)).toEqual({ ok: true, at: new Date(at) }));
  it.each(['31.02.2026', '2026', 'dün', '46000', '2026-03-03', '01.01.0001', '2026-02-30T10:00:00Z'])(
    'not %s',
    (cell) => expect(readConsentDate(cell, times).ok).toBe(false),
  );

  it.each([
    ['E-posta İzni,WhatsApp İzni,Pazarlama İzni,İzin Kaynağı,İzin Tarihi'],
    ['email consent,whatsapp_consent,Marketing Consent,Consent Source,consentDate'],
    ['EMAIL ONAYI,WHATSAPP ONAYI,TİCARİ ELEKTRONİK İLETİ İZNİ,ONAY KAYNAĞI,ONAY TARİHİ'],
  ])('finds the columns of %s', (header) => {
    const { places, unknown } = readImportColumns(header.split(','));
    expect(unknown).toEqual([]);
    expect(places).toEqual({
      emailConsent: [0],
      whatsappConsent: [1],
      marketingConsent: [2],
      consentSource: [3],
      consentDate: [4],
    });
  });
});

const idOf = async (search: string): Promise<string> => (await list(acme, `?search=${search}`))[0].id;

describe('an import', () => {
  it('writes consent down with its source, date and words, a channel’s own column before that of marketing', async () => {
    const file = lines([
      'ad,e-posta,e-posta izni,pazarlama izni,izin kaynağı,izin tarihi,izin metni',
      'Bir,bir@example.com,evet,,Fuar,15.01.2026 10:00,"Bana yazın, olur"',
      'İki,iki@example.com,hayır,evet,,,',
      'Üç,uc@example.com,,,Fuar,,Olur',
    ]);
    expect(await carryOut(world, file)).toMatchObject({ created: 3, rejected: 0 });
    const [one] = await historyOf(acme, await idOf('bir@'));
    expect(one).toMatchObject({
      channel: 'email',
      state: 'given',
      source: 'Fuar',
      wording: 'Bana yazın, olur',
      givenAt: new Date('2026-01-15T07:00:00Z'),
      actorType: 'job',
      evidence: { importId: expect.any(String) },
    });
    const two = await historyOf(acme, await idOf('iki@'));
    expect(two.map(({ channel, state, source }) => [channel, state, source])).toEqual([
      ['email', 'withdrawn', 'import'],
      ['whatsapp', 'given', 'import'],
    ]);
    expect(await historyOf(acme, await idOf('uc@'))).toEqual([]);
  });

  it('once more changes nothing; other words do, in the order of the file', async () => {
    const row = (word: string, date = '') =>
      lines(['ad,e-posta,e-posta izni,izin tarihi', `Z,z@example.com,${word},${date}`]);
    await carryOut(world, row('evet', '01.02.2026'));
    await carryOut(world, row('evet', '01.02.2026'));
    world.clock.advance({ minutes: 1 });
    await carryOut(world, row('evet'));
    const id = await idOf('z@');
    expect(await states(acme, id)).toEqual(['given import']);
    await carryOut(world, row('hayır', '01.01.2026'));
    expect((await heldBy(acme, id)).email).not.toBeNull();
    await carryOut(world, row('hayır'));
    expect((await heldBy(acme, id)).email).toBeNull();
    await carryOut(world, lines(['ad,e-posta,e-posta izni', 'Z,z@example.com,evet', 'Z,z@example.com,hayır']));
    expect((await heldBy(acme, id)).email).toBeNull();
  });

  it('without consent columns changes no consent', async () => {
    const { ayse } = world.customers;
    const before = await historyOf(acme, ayse);
    await carryOut(world, lines(['ad,telefon,e-posta', 'Ayşe,0532 111 00 01,yilmaz@example.com']));
    expect(await historyOf(acme, ayse)).toEqual(before);
  });

  it('rejects a row that cannot be understood, and says why; a dry run writes nothing', async () => {
    const file = lines([
      'ad,e-posta,e-posta izni,izin tarihi',
      'A,a1@example.com,belki,',
      'B,b1@example.com,evet,dün',
      'C,c1@example.com,evet,2027-01-01',
    ]);
    const done = await carryOut(world, file);
    expect(done).toMatchObject({ created: 0, rejected: 3 });
    expect((await status(acme, done.id, 'tr')).errors).toEqual([
      { row: 2, field: 'emailConsent', message: expect.stringContaining('Evet veya hayır') },
      { row: 3, field: 'consentDate', message: expect.stringContaining('Tarih değil') },
      { row: 4, field: 'consentDate', message: 'Gelecekte olamaz' },
    ]);
    const { burak } = world.customers;
    await carryOut(world, lines(['ad,telefon,e-posta izni', 'Burak,0532 111 00 02,hayır']), '?dryRun=true');
    expect(await states(acme, burak)).toEqual(['given HS_WEB']);
  });

  it('cannot open an address that its owner closed', async () => {
    const { burak } = world.customers;
    await withdraw(acme, { id: burak, email: 'demir@example.com' });
    await carryOut(world, lines(['ad,telefon,e-posta izni', 'Burak,0532 111 00 02,evet']));
    expect(await states(acme, burak)).toEqual(['given HS_WEB', 'withdrawn unsubscribe', 'given import']);
    expect(await barOf(acme.ctx, burak, 'demir@example.com')).toBe('unsubscribed');
    expect((await list(acme, '?consent=email')).map((c) => c.id)).not.toContain(burak);
  });
});
