import { CsvError } from 'csv-parse';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { customerImports, type ImportReading } from '#src/db/schema/customer-imports.ts';
import { Problem } from '#src/platform/problem.ts';
import { StorageError } from '#src/platform/storage.ts';
import type { Turnstile } from '#src/platform/turnstile.ts';
import { findImportHeader } from './find-import-header.ts';
import { type ColumnGuess, guessColumns } from './guess-columns.ts';
import { ImportFailure, importFailures } from './import-failure.ts';
import { getImport, type ImportRecord } from './import-queries.ts';
import { defaultRegionOf } from './queries.ts';
import type { CustomField } from './read-custom-cell.ts';
import { readCustomFields } from './read-import-words.ts';
import { storeImportFile } from './store-import-file.ts';
import { openTable, type StoredTable, type TableFormat } from './table-file.ts';
import type { TableRow } from './table-row.ts';

/** What a first look at a file shows. */
export type ImportPreview = {
  format: TableFormat;
  /** 0: the columns have no names. */
  headerRow: number;
  columns: ColumnGuess[];
  /** The first rows below the header. */
  rows: TableRow[];
  customFields: CustomField[];
};
type Upload = { body: ReadableStream<Uint8Array> | null; fileName?: string | undefined };

const ROWS_GUESSED_BY = 200;
const ROWS_SHOWN = 10;

/** Keeps the file as a draft and looks into it. Nothing is imported. Throws `invalid-request` for what is no table; then nothing is kept. */
export function createImportDraft(
  ctx: OrgContext,
  upload: Upload & { reading: ImportReading },
  looking: Turnstile,
): Promise<{ record: ImportRecord; preview: ImportPreview }> {
  const { body, fileName, reading } = upload;
  return storeImportFile(ctx, { body, fileName }, async (stored) => {
    const { id, storageKey, sizeBytes } = stored;
    const file = { storage: ctx.storage, key: storageKey, sizeBytes };
    const preview = await looking.pass(() => lookInto(ctx, file, reading));
    return inTransaction(ctx, async (ctx) => {
      const format = preview.format.kind;
      const [record] = await ctx.db
        .insert(customerImports)
        .values({ ...stored, status: 'draft', format, reading: { ...reading, headerRow: preview.headerRow } })
        .returning();
      await recordActivity(ctx, { verb: 'customers.import-draft', subjectType: 'import', subjectId: id });
      return { record: record!, preview };
    });
  });
}

/** Looks into a file again, perhaps at another sheet or with another encoding. Changes nothing. Throws 409 once the file is gone. */
export async function previewImport(
  ctx: OrgContext,
  id: string,
  reading: ImportReading,
  looking: Turnstile,
): Promise<{ record: ImportRecord; preview: ImportPreview }> {
  const record = await getImport(ctx, id);
  const file = { storage: ctx.storage, key: record.storageKey, sizeBytes: record.sizeBytes };
  const asked = Object.fromEntries(Object.entries(reading).filter(([, value]) => value !== undefined));
  const known = { ...record.reading, ...('sheet' in asked && { headerRow: undefined }), ...asked };
  try {
    return { record, preview: await looking.pass(() => lookInto(ctx, file, known)) };
  } catch (error) {
    if (error instanceof StorageError && error.trouble === 'absent')
      throw new Problem('conflict', { detail: importFailures['file-missing'] });
    throw error;
  }
}

async function lookInto(ctx: OrgContext, file: StoredTable, reading: ImportReading): Promise<ImportPreview> {
  const customFields = await readCustomFields(ctx);
  try {
    const table = await openTable(file, reading);
    const header = await findImportHeader(table, reading.headerRow, customFields);
    const rows: TableRow[] = [];
    for await (const row of table.rows()) {
      if (row.row > header.row) rows.push(row);
      if (rows.length === ROWS_GUESSED_BY) break;
    }
    const region = await defaultRegionOf(ctx);
    const isTold = (reading.headerRow ?? 0) > 0;
    const thisYear = ctx.clock.now().getUTCFullYear();
    const guess = guessColumns(header, rows, { own: customFields, region, thisYear, isTold });
    const shown = rows.slice(0, ROWS_SHOWN);
    return {
      format: table.format,
      ...guess,
      rows: guess.headerRow === header.row ? shown : [asRow(header), ...shown],
      customFields,
    };
  } catch (error) {
    throw refusalOf(error);
  }
}

const asRow = ({ row, names }: { row: number; names: string[] }): TableRow => ({ row, cells: names });

function refusalOf(error: unknown): unknown {
  const reason = error instanceof ImportFailure ? error.reason : error instanceof CsvError ? 'not-csv' : null;
  if (reason === null) return error;
  const path = reason === 'no-such-sheet' ? 'sheet' : 'body';
  return new Problem('invalid-request', {
    detail: importFailures[reason],
    members: { reason },
    errors: [{ path, message: importFailures[reason] }],
    cause: error,
  });
}
