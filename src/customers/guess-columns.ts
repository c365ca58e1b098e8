import { readCountryCode } from './country-code.ts';
import type { ImportHeader } from './find-import-header.ts';
import { type ImportField, type OwnField, readColumnName, SURE } from './import-columns.ts';
import { readConsentWord } from './import-consent.ts';
import { normalizeEmail } from './normalize-email.ts';
import { readDay } from './read-day.ts';
import { readPhoneCells } from './read-phone-cells.ts';
import type { TableRow } from './table-row.ts';

/** What a column seems to hold, judged by its name or by what stands in it. */
export type ColumnGuess = {
  column: number;
  name: string | null;
  samples: string[];
  /** Null: nothing that we know. */
  field: ImportField | null;
  /** 0 to 1. */
  confidence: number;
  because: 'name' | 'content' | null;
};
type Words = {
  own: OwnField[];
  region: string;
  thisYear: number;
  /** Somebody said that this row is the header. */
  isTold: boolean;
};
type Guess = Pick<ColumnGuess, 'field' | 'confidence' | 'because'>;

const SAMPLES = 3;
const LONGEST_SAMPLE = 100;
/** So many of a column's cells must be of a kind. */
const MOSTLY = 0.6;
const NOTHING: Guess = { field: null, confidence: 0, because: null };
/** A second column of the same goes here. */
const SECOND: Partial<Record<ImportField, ImportField>> = { phone: 'otherPhone', email: 'otherEmail' };

/** Says of every column what it seems to hold. A header that looks like a customer is one: then `headerRow` is 0. */
export function guessColumns(
  header: ImportHeader,
  rows: TableRow[],
  words: Words,
): { headerRow: number; columns: ColumnGuess[] } {
  const isCustomer =
    !words.isTold &&
    header.row > 0 &&
    header.names.every((name) => (readColumnName(name, words.own)?.confidence ?? 0) < SURE) &&
    header.names.some((name) => isPhone(name, words.region) || normalizeEmail(name).ok);
  const all = isCustomer ? [{ row: header.row, cells: header.names }, ...rows] : rows;
  const names = isCustomer ? [] : header.names;
  const width = Math.max(names.length, ...all.map(({ cells }) => cells.length));
  const columns = Array.from({ length: width }, (_, column): ColumnGuess => {
    const cells = all.map(({ cells }) => cells[column]?.trim() ?? '').filter(Boolean);
    const samples = [...new Set(cells)].slice(0, SAMPLES).map((cell) => cell.slice(0, LONGEST_SAMPLE));
    return { column, name: names[column] || null, samples, ...guess(names[column] ?? '', cells, words) };
  });
  return { headerRow: isCustomer ? 0 : header.row, columns: settle(columns) };
}

function guess(name: string, cells: string[], words: Words): Guess {
  const named = readColumnName(name, words.own);
  if (named && named.confidence >= SURE) return { ...named, because: 'name' };
  const seen = readContent(cells, words);
  if (seen && seen.confidence >= (named?.confidence ?? 0)) return { ...seen, because: 'content' };
  return named ? { ...named, because: 'name' } : NOTHING;
}

function readContent(cells: string[], { region, thisYear }: Words): { field: ImportField; confidence: number } | null {
  if (cells.length === 0) return null;
  const share = (is: (cell: string) => boolean) => cells.filter(is).length / cells.length;
  const days = cells.flatMap((cell) => {
    const read = readDay(cell, 'day-first', thisYear);
    return read.ok ? Number(read.day.slice(0, 4)) : [];
  });
  const years = days.toSorted((a, b) => a - b);
  const isLongAgo = (years[Math.floor(years.length / 2)] ?? thisYear) <= thisYear - 12;
  const kinds: [ImportField, number][] = [
    ['email', share((cell) => normalizeEmail(cell).ok)],
    ['phone', share((cell) => isPhone(cell, region))],
    ['birthday', isLongAgo ? (days.length / cells.length) * 0.9 : 0],
    ['countryCode', share((cell) => cell.length > 2 && readCountryCode(cell) !== null) * 0.9],
    ['marketingConsent', share((cell) => /\p{L}{2}/u.test(cell) && readConsentWord(cell).ok) * 0.65],
    ['fullName', share(isFullName) * 0.7],
  ];
  const [field, likely] = kinds.reduce((best, kind) => (kind[1] > best[1] ? kind : best));
  return likely >= MOSTLY ? { field, confidence: Math.round(likely * 90) / 100 } : null;
}

/** Also one that a spreadsheet has shortened: it belongs there, and is explained row by row. */
const isPhone = (cell: string, region: string): boolean =>
  /\d{2}/.test(cell) &&
  (readPhoneCells([cell], { region, splitNumbers: true }).phones.length > 0 || /^\d[.,]\d+e\+\d+$/i.test(cell));

const isFullName = (cell: string): boolean => /^\p{Lu}[\p{L}.'’-]*( \p{L}[\p{L}.'’-]*){1,3}$/u.test(cell);

/** What only one column can hold goes to the likeliest; a name in two columns leaves no room for one in a single column. */
function settle(columns: ColumnGuess[]): ColumnGuess[] {
  const taken = new Set<ImportField>();
  const likeliest = columns.toSorted((a, b) => b.confidence - a.confidence || a.column - b.column);
  const named = likeliest.some(({ field, because }) => field === 'firstName' && because === 'name');
  const settled = likeliest.map((column): ColumnGuess => {
    if (column.field === null) return column;
    const isSure = column.because === 'name' && column.confidence >= SURE;
    const isRepeated = taken.has(column.field) && !isSure;
    const second = isRepeated ? (SECOND[column.field] ?? null) : column.field;
    const field = second === 'fullName' && named ? null : second;
    if (field === null) return { ...column, ...NOTHING };
    taken.add(field);
    return { ...column, field };
  });
  return settled.sort((a, b) => a.column - b.column);
}
