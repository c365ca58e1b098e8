import type { ImportMapping, ImportReading } from '#src/db/schema/customer-imports.ts';
import { findImportHeader, type ImportHeader } from './find-import-header.ts';
import { type ImportColumns, type ImportField, type OwnField, readImportColumns } from './import-columns.ts';
import { ImportFailure, MOST_ROWS } from './import-failure.ts';
import { openTable, type StoredTable, type Table } from './table-file.ts';

export type ImportSurvey = {
  table: Table;
  columns: ImportColumns;
  header: ImportHeader;
  /** Rows below the header. */
  total: number;
};
type Known = { reading: ImportReading; mapping: ImportMapping | null; own: OwnField[] };

/** Reads the whole file once: it can be read to its end, and this is what stands in it. Throws ImportFailure. */
export async function surveyImport(file: StoredTable, { reading, mapping, own }: Known): Promise<ImportSurvey> {
  const table = await openTable(file, reading);
  const header = await findImportHeader(table, reading.headerRow, own);
  let total = 0;
  for await (const { row } of table.rows()) {
    if (row > header.row) total++;
    if (total > MOST_ROWS) throw new ImportFailure('too-many-rows');
  }
  return { table, columns: mapping ? placesOf(mapping) : readImportColumns(header.names, own), header, total };
}

function placesOf(mapping: ImportMapping): ImportColumns {
  const columns: ImportColumns = { places: {}, unknown: [] };
  for (const { column, field } of mapping.toSorted((a, b) => a.column - b.column)) {
    const known = columns.places[field as ImportField] ?? [];
    columns.places[field as ImportField] = [...known, column];
  }
  return columns;
}
