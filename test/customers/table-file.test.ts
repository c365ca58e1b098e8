import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import ExcelJS from 'exceljs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ImportFailure } from '#src/customers/import-failure.ts';
import { openTable } from '#src/customers/table-file.ts';
import { isDateFormat } from '#src/customers/xlsx/date-styles.ts';
import { createDiskStorage } from '#src/platform/create-disk-storage.ts';
import type { Storage } from '#src/platform/storage.ts';
import { workbook, zip } from './workbooks.ts';

let directory: string;
let storage: Storage;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ulak-table-'));
  storage = createDiskStorage(directory);
});
afterAll(() => rm(directory, { recursive: true, force: true }));

async function read(content: Buffer | string, reading = {}) {
  const bytes = Buffer.from(content as string);
  await storage.write('file', Readable.from([bytes]));
  const table = await openTable({ storage, key: 'file', sizeBytes: bytes.length }, reading);
  return { ...table.format, records: await Array.fromAsync(table.rows()) };
}
const cells = async (rows: string, more = {}) =>
  (await read(workbook({ rows, ...more }))).records.map((record) => record.cells);
const reasonOf = (content: Buffer | string, reading = {}) =>
  read(content, reading).then(
    () => 'read',
    (error) => (error instanceof ImportFailure ? error.reason : Promise.reject(error)),
  );
const inline = (text: string) => `<c t="inlineStr"><is><t>${text}</t></is></c>`;

it('reads a workbook that a library wrote: texts, numbers that are phones, dates, formulas, several sheets', async () => {
  const book = new ExcelJS.Workbook();
  book.addWorksheet('Gizli', { state: 'hidden' }).addRow(['x']);
  const sheet = book.addWorksheet('Müşteriler');
  sheet.addRow(['Ad Soyad', 'Telefon', 'Doğum', 'Toplam', 'Üye', 'Not']);
  sheet.addRow([
    'İpek Şahin',
    905_321_234_567,
    new Date('1985-12-31'),
    { formula: '1+1', result: 2 },
    true,
    { richText: [{ text: 'ka' }, { text: 'lın', font: { bold: true } }] },
  ]);
  sheet.addRow([]);
  sheet.addRow(['Şükrü', '0532', new Date('2026-01-15T10:30:00Z'), { error: '#N/A' }, false, 1.234]);
  const bytes = Buffer.from(await book.xlsx.writeBuffer());
  expect(await read(bytes)).toEqual({
    kind: 'xlsx',
    sheets: [
      { name: 'Gizli', isHidden: true },
      { name: 'Müşteriler', isHidden: false },
    ],
    sheet: 'Müşteriler',
    records: [
      { row: 1, cells: ['Ad Soyad', 'Telefon', 'Doğum', 'Toplam', 'Üye', 'Not'] },
      { row: 2, cells: ['İpek Şahin', '905321234567', '1985-12-31', '2', 'true', 'kalın'] },
      { row: 4, cells: ['Şükrü', '0532', '2026-01-15 10:30:00', '#N/A', 'false', '1.2340'] },
    ],
  });
  expect((await read(bytes, { sheet: 'Gizli' })).records).toEqual([{ row: 1, cells: ['x'] }]);
  expect(await reasonOf(bytes, { sheet: 'Yok' })).toBe('no-such-sheet');
});

describe('what other programs write', () => {
  it('cells and rows without references, gaps, prefixes, escaped and phonetic texts, numbers with exponents', async () => {
    expect(
      await cells(`<row>${inline('a')}${inline('b &amp; c')}</row><row><c r="C2"><v>9.05321234567E11</v></c></row>`),
    ).toEqual([
      ['a', 'b & c'],
      ['', '', '905321234567'],
    ]);
    const strings =
      '<x:sst><x:si><x:t>bir_x000A_iki</x:t></x:si><x:si><x:r><x:t>Mü</x:t></x:r><x:r><x:t>ge</x:t></x:r><x:rPh><x:t>no</x:t></x:rPh></x:si></x:sst>';
    expect(
      await cells(
        '<x:row r="5"><x:c r="A5" t="s"><x:v>1</x:v></x:c><x:c t="s"><x:v>0</x:v></x:c><x:c t="s"><x:v>99</x:v></x:c></x:row>',
        { strings },
      ),
    ).toEqual([['Müge', 'bir\niki']]);
  });

  it('dates by their format, also counted from 1904', async () => {
    const styles =
      '<styleSheet><numFmts><numFmt numFmtId="164" formatCode="[$-41F]d\\ mmmm\\ yyyy"/><numFmt numFmtId="165" formatCode="0.00&quot; days&quot;"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/></cellXfs></styleSheet>';
    const row = [0, 1, 2, 3].map((style) => `<c s="${style}"><v>31412</v></c>`).join('');
    expect(await cells(`<row>${row}</row>`, { styles })).toEqual([['31412', '1985-12-31', '1985-12-31', '31412']]);
    const workbookPr = '<workbookPr date1904="1"/>';
    expect(await cells('<row><c s="1"><v>29950</v></c></row>', { styles, workbookPr })).toEqual([['1985-12-31']]);
    expect(['General', '#,##0.00 "TL"', '[Red]0', '@', '0.00E+00'].map(isDateFormat)).not.toContain(true);
    expect(['dd.mm.yyyy', 'h:mm', '[h]:mm:ss', '[$-tr-TR]d mmm'].map(isDateFormat)).not.toContain(false);
  });
});

describe('F63: hostile files', () => {
  it('are told from tables by their content', async () => {
    expect(await reasonOf(Buffer.from('d0cf11e0a1b11ae1', 'hex'))).toBe('old-workbook');
    expect(await reasonOf('%PDF-1.7 ad,telefon')).toBe('not-a-table');
    expect(await reasonOf(Buffer.from('ad,telefon\0\nA,1\n'))).toBe('not-a-table');
    expect(await reasonOf(zip([{ name: 'a.txt', content: 'a' }]))).toBe('not-a-table');
    const whole = workbook({ rows: `<row>${inline('a')}</row>` });
    expect(await reasonOf(whole.subarray(0, whole.length - 30))).toBe('broken-workbook');
    const bent = Buffer.from(whole);
    bent.fill(0xff, 40, 60);
    expect(await reasonOf(bent)).toBe('broken-workbook');
  });

  it('unpack no further than the limit, whatever they claim', async () => {
    const index = { name: 'xl/styles.xml', content: Buffer.alloc(33 * 1024 * 1024, ' '), claims: 10 };
    expect(await reasonOf(workbook({ rows: '', styles: '', more: [index] }))).toBe('workbook-too-large');
  });

  it('with thousands of sheets, columns or letters in a cell are refused', async () => {
    const sheets = Array.from({ length: 3000 }, (_, i) => `<sheet name="S${i}" sheetId="${i}" r:id="r1"/>`).join('');
    expect(await reasonOf(workbook({ rows: '', sheets }))).toBe('workbook-too-large');
    expect(await reasonOf(workbook({ rows: '<row><c r="XFD1"><v>1</v></c></row>' }))).toBe('too-many-columns');
    expect(await reasonOf(workbook({ rows: `<row>${inline('x'.repeat(200_000))}</row>` }))).toBe('row-too-long');
    expect(await reasonOf(workbook({ rows: `<row ${'x'.repeat(3_000_000)}` }))).toBe('broken-workbook');
    expect(await reasonOf(workbook({ rows: '<row><c r="?"><v>1</v></c></row>' }))).toBe('broken-workbook');
    expect(await reasonOf(`${'a,'.repeat(300)}a\n`)).toBe('too-many-columns');
    const entities = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>';
    expect(await cells(`${entities}<row>${inline('&b;')}</row>`)).toEqual([['&b;']]);
  });
});
