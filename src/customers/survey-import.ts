import type { Storage } from '#src/platform/storage.ts';
import { type CsvFormat, type CsvRecord, inspectCsv, readCsv } from './csv-file.ts';
import { type ImportColumns, readImportColumns } from './import-columns.ts';

export type ImportSurvey = {
  format: CsvFormat;
  columns: ImportColumns;
  headerRow: number;
  /** Records below the header. */
  total: number;
};

/** Reads the whole file once: it can be read to its end, and this is what stands in it. Null: not even a header. */
export async function surveyImport(storage: Storage, key: string): Promise<ImportSurvey | null> {
  const format = await inspectCsv(storage, key);
  let header: CsvRecord | null = null;
  let total = 0;
  for await (const record of readCsv(storage, key, format)) {
    if (header) total++;
    else header = record;
  }
  return header && { format, columns: readImportColumns(header.cells), headerRow: header.row, total };
}
