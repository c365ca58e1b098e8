import { type OwnField, readColumnName, SURE } from './import-columns.ts';
import { ImportFailure } from './import-failure.ts';
import type { Table } from './table-file.ts';
import type { TableRow } from './table-row.ts';

/** `row` 0: the columns have no names. */
export type ImportHeader = { row: number; names: string[] };

/** Some lists begin with a title. */
const ROWS_LOOKED_AT = 10;

/** Where the columns are named: where we are told, or else in the first row, unless one soon after names more that we know. Throws ImportFailure. */
export async function findImportHeader(table: Table, told: number | undefined, own: OwnField[]): Promise<ImportHeader> {
  if (told === 0) return { row: 0, names: [] };
  const first: TableRow[] = [];
  for await (const row of table.rows()) {
    if (row.row === told) return headerOf(row);
    if (told === undefined) first.push(row);
    if (first.length === ROWS_LOOKED_AT || (told !== undefined && row.row > told)) break;
  }
  const [start] = first;
  if (!start) throw new ImportFailure('no-header');
  const known = ({ cells }: TableRow) =>
    cells.filter((cell) => (readColumnName(cell, own)?.confidence ?? 0) >= SURE).length;
  if (known(start) > 0) return headerOf(start);
  const best = first.reduce((best, row) => (known(row) > known(best) ? row : best));
  return headerOf(known(best) >= 2 ? best : start);
}

const headerOf = ({ row, cells }: TableRow): ImportHeader => ({ row, names: cells.map((name) => name.trim()) });
