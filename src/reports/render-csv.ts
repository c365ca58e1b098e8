import { csvLine } from '#src/platform/csv-line.ts';
import { flatten, type ReportDocument, type Value } from './document.ts';
import { sayIn } from './report-words.ts';

/** By which Excel reads Turkish letters right. */
const BYTE_ORDER_MARK = '\ufeff';

/** Its tables one below the other: numbers as numbers, rates as parts of one, times in seconds. */
export function renderCsv({ organization, title, period, prepared, sections, language }: ReportDocument): string {
  const before = sayIn(language)('before');
  const head = [[organization], [title, period], [prepared]];
  const tables = sections.flatMap(({ heading, table, empty }) => {
    if (!table) return empty ? [[], [heading], [empty]] : [];
    const { columns, rows, total } = flatten(table, before);
    return [[], [heading], columns.map(({ label }) => label), ...rows, ...(total ? [total] : [])];
  });
  const cell = (value: Value): string | number | null => (typeof value === 'object' ? null : rounded(value));
  return BYTE_ORDER_MARK + [...head, ...tables].map((line) => csvLine(line.map(cell))).join('');
}

const rounded = (value: string | number): string | number =>
  typeof value === 'number' ? Math.round(value * 10_000) / 10_000 : value;
