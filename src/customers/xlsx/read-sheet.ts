import { ImportFailure, LONGEST_RECORD, MOST_COLUMNS } from '#src/customers/import-failure.ts';
import type { TableRow } from '#src/customers/table-row.ts';
import { dateOf } from './date-styles.ts';
import { readXml, type XmlEvents } from './read-xml.ts';
import { createTextCollector, plainText, type SharedStrings } from './shared-strings.ts';

export type SheetKeys = { strings: SharedStrings; dateStyles: Set<number>; from1904: boolean };
type Cell = { column: number; type: string; style: number; value: string };

const MOST_ROW_NUMBER = 1_048_576;
/** Written with one digit more, `1.234` is no thousand. */
const THOUSANDTHS = /(\.\d{3})$/;

/**
 * The rows of a sheet with something in them, one after the other. Of a formula it is the result that was saved with it; numbers come
 * with all their digits, dates as `1985-12-31`. Throws ImportFailure.
 */
export async function* readSheet(bytes: AsyncIterable<Buffer>, keys: SheetKeys): AsyncGenerator<TableRow> {
  const done: TableRow[] = [];
  for await (const _ of readXml(
    bytes,
    createRowCollector(keys, (row) => void done.push(row)),
  )) {
    yield* done;
    done.length = 0;
  }
}

function createRowCollector(keys: SheetKeys, give: (row: TableRow) => void): XmlEvents {
  let row: TableRow = { row: 0, cells: [] };
  let size = 0;
  let cell: Cell | null = null;
  let isValue = false;
  let last = -1;
  const inline = createTextCollector((text) => {
    if (cell) cell.value = text;
  });
  const openers: Record<string, (attributes: Record<string, string>) => void> = {
    row({ r }) {
      row = { row: numberOf(r) ?? row.row + 1, cells: [] };
      if (row.row > MOST_ROW_NUMBER) throw new ImportFailure('broken-workbook');
      [size, last] = [0, -1];
    },
    c({ r, t = 'n', s = '0' }) {
      last = r === undefined ? last + 1 : columnOf(r);
      cell = { column: last, type: t, style: Number(s), value: '' };
    },
    v() {
      isValue = cell !== null;
    },
  };
  const keep = () => {
    const text = cell ? textOf(cell, keys) : '';
    if (!cell || text.trim() === '') return;
    if (cell.column >= MOST_COLUMNS) throw new ImportFailure('too-many-columns');
    size += text.length;
    if (size > LONGEST_RECORD) throw new ImportFailure('row-too-long');
    while (row.cells.length < cell.column) row.cells.push('');
    row.cells[cell.column] = text;
  };
  return {
    open(name, attributes) {
      openers[name]?.(attributes);
      inline.open(name);
    },
    text(text) {
      inline.text(text);
      if (!isValue || !cell) return;
      cell.value += text;
      if (cell.value.length > LONGEST_RECORD) throw new ImportFailure('row-too-long');
    },
    close(name) {
      inline.close(name);
      if (name === 'v') isValue = false;
      else if (name === 'c') {
        keep();
        cell = null;
      } else if (name === 'row' && row.cells.length > 0) give(row);
    },
  };
}

const numberOf = (text: string | undefined): number | null =>
  text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : null;

/** `C7` is in column 2. */
function columnOf(reference: string): number {
  const letters = /^[A-Z]{1,3}/i.exec(reference)?.[0];
  if (!letters) throw new ImportFailure('broken-workbook');
  return [...letters.toUpperCase()].reduce((column, letter) => column * 26 + letter.charCodeAt(0) - 64, 0) - 1;
}

function textOf({ type, style, value }: Cell, { strings, dateStyles, from1904 }: SheetKeys): string {
  if (type === 's') return strings.at(Number(value));
  if (type === 'b') return value === '1' ? 'true' : 'false';
  if (type === 'n' && value !== '') {
    const number = Number(value);
    if (Number.isNaN(number)) return value;
    return dateStyles.has(style) ? dateOf(number, from1904) : String(number).replace(THOUSANDTHS, '$10');
  }
  return type === 'd' ? value.replace('T', ' ').replace(/ 00:00:00(\.0+)?Z?$/, '') : plainText(value);
}
