import type { ImportReading } from '#src/db/schema/customer-imports.ts';
import type { Storage } from '#src/platform/storage.ts';
import { type CsvFormat, inspectCsv, readCsv } from './csv-file.ts';
import { ImportFailure } from './import-failure.ts';
import type { TableRow } from './table-row.ts';
import { readDateStyles } from './xlsx/date-styles.ts';
import { readSheet } from './xlsx/read-sheet.ts';
import { readWorkbook, type Sheet, type Workbook } from './xlsx/read-workbook.ts';
import { readSharedStrings } from './xlsx/shared-strings.ts';
import { type ByteSource, readZipEntry } from './xlsx/zip-archive.ts';

/** A file as it was stored. */
export type StoredTable = { storage: Storage; key: string; sizeBytes: number };
export type TableFormat = ({ kind: 'csv' } & CsvFormat) | { kind: 'xlsx'; sheets: Sheet[]; sheet: string };
/** A file that is known well enough to be read, as often as one likes. */
export type Table = { format: TableFormat; rows(): AsyncGenerator<TableRow> };

const MOST_SHEET_BYTES = 512 * 1024 * 1024;
const [ZIP, OLD_WORKBOOK, PDF] = ['504b0304', 'd0cf11e0', '25504446'];

/** Finds out by a file's content what it is and how it is read. Throws ImportFailure. */
export async function openTable(file: StoredTable, reading: ImportReading): Promise<Table> {
  const head = Buffer.concat(await Array.fromAsync(await file.storage.read(file.key, { start: 0, end: 3 })));
  const magic = head.toString('hex');
  if (magic === OLD_WORKBOOK) throw new ImportFailure('old-workbook');
  if (magic === PDF) throw new ImportFailure('not-a-table');
  if (magic === ZIP) return openWorkbook(file, reading);
  const known = { encoding: reading.encoding, delimiter: reading.separator } as Partial<CsvFormat>;
  const format = await inspectCsv(file.storage, file.key, known);
  return { format: { kind: 'csv', ...format }, rows: () => readCsv(file.storage, file.key, format) };
}

async function openWorkbook({ storage, key, sizeBytes }: StoredTable, reading: ImportReading): Promise<Table> {
  const source: ByteSource = { sizeBytes, read: (start, end) => storage.read(key, { start, end }) };
  const book = await readWorkbook(source);
  const sheet = chooseSheet(book, reading.sheet);
  const dateStyles = await readDateStyles(source, book.styles);
  return {
    format: {
      kind: 'xlsx',
      sheets: book.sheets.map(({ name, isHidden }) => ({ name, isHidden })),
      sheet: sheet.name,
    },
    async *rows() {
      const strings = await readSharedStrings(source, book.strings);
      const bytes = readZipEntry(source, sheet.entry, MOST_SHEET_BYTES);
      yield* readSheet(bytes, { strings, dateStyles, from1904: book.from1904 });
    },
  };
}

/** The one that was asked for, or the first that is shown. */
function chooseSheet({ sheets }: Workbook, wanted: string | undefined): Workbook['sheets'][number] {
  if (wanted === undefined) return sheets.find(({ isHidden }) => !isHidden) ?? sheets[0]!;
  const found = sheets.find(({ name }) => name === wanted);
  if (!found) throw new ImportFailure('no-such-sheet');
  return found;
}
