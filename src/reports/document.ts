import type { Language } from '#src/platform/language.ts';

/** A report as its reader sees it, before it is a PDF, a workbook or a CSV file. Numbers are still numbers. */
export type ReportDocument = {
  language: Language;
  organization: string;
  title: string;
  period: string;
  /** “Prepared on …”, and on whose clock the days are. */
  prepared: string;
  sections: Section[];
};

export type Section = {
  heading: string;
  /** Below the heading: how it is counted. */
  note?: string;
  tiles?: Tile[];
  chart?: Chart;
  table?: Table;
  /** Instead of all that. */
  empty?: string;
};

export type ValueType = 'text' | 'integer' | 'percent' | 'change' | 'duration';
/** `before`: the same in the period before. */
export type Pair = { now: number | null; before: number | null };
export type Value = string | number | null | Pair;

export type Tile = { label: string; type: ValueType; value: Pair; hint?: string };
export type Column = { label: string; type: ValueType };
export type Table = { columns: Column[]; rows: Value[][]; total?: Value[] };

export type Chart =
  | { kind: 'columns'; categories: string[]; series: { name: string; values: number[] }[] }
  | { kind: 'bars'; bars: { label: string; value: number }[] };

export const isPair = (value: Value): value is Pair => value !== null && typeof value === 'object';

/** By how much more or less than before; null: there is nothing to compare with. */
export const changeOf = ({ now, before }: Pair): number | null =>
  now === null || before === null || before === 0 ? null : (now - before) / before;

/** A part of a whole; null of nothing. */
export const share = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);

/** What a file of tables has for a pair: a column for each of its two. */
export function flatten(table: Table, beforeLabel: string): Table {
  const paired = table.columns.map((_, index) =>
    [...table.rows, ...(table.total ? [table.total] : [])].some((row) => isPair(row[index]!)),
  );
  const line = (row: Value[]): Value[] =>
    row.flatMap((value, index) => {
      if (!paired[index]) return [value];
      return isPair(value) ? [value.now, value.before] : [value, null];
    });
  const columns = table.columns.flatMap((column, index) =>
    paired[index] ? [column, { ...column, label: `${column.label} (${beforeLabel})` }] : [column],
  );
  return { columns, rows: table.rows.map(line), ...(table.total && { total: line(table.total) }) };
}
