import { eq, max, sql } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { customerImportRejects } from '#src/db/schema/customer-imports.ts';
import { csvLine } from '#src/platform/csv-line.ts';
import type { Text } from '#src/platform/language.ts';
import { importFieldNames } from './import-field-names.ts';
import { type ImportRecord, type RejectedRow, readRejects } from './import-queries.ts';
import { readCustomFields } from './read-import-words.ts';

const PAGE = 500;
/** An import passes over columns of these names. */
const OURS = [
  { en: 'Row', tr: 'Satır' },
  { en: 'Faulty field', tr: 'Hatalı alan' },
  { en: 'Reason', tr: 'Sebep' },
] as const satisfies Text[];

/**
 * The rows that an import did not take, in the columns of its file, with the row's number, the field and the reason in the reader's
 * language behind; to be put right and imported again. Spreadsheets open it as it is: with a byte order mark, and semicolons in Turkish.
 */
export async function* exportRejects(ctx: OrgContext, { id, header }: ImportRecord): AsyncGenerator<string> {
  const { language } = ctx;
  const delimiter = language === 'tr' ? ';' : ',';
  const own = await readCustomFields(ctx);
  const labels = new Map<string, string>([
    ...Object.entries(importFieldNames).map(([field, name]) => [field, name[language]] as const),
    ...own.map(({ key, label }) => [`custom:${key}`, label] as const),
  ]);
  const width = Math.max(header.length, await widestOf(ctx, id));
  const lineOf = ({ row, cells, errors }: RejectedRow): string => {
    const fields = errors.map(({ field }) => labels.get(field) ?? field).join(' | ');
    const reasons = errors.map(({ message }) => message[language]).join(' | ');
    return csvLine([...fitted(cells, width), row, fields, reasons], delimiter);
  };
  const names = fitted(header, width).map((name, i) => name || `${language === 'tr' ? 'Sütun' : 'Column'} ${i + 1}`);
  yield `\ufeff${csvLine([...names, ...OURS.map((name) => name[language])], delimiter)}`;
  for (let after = 0; ; ) {
    const rows = await readRejects(ctx, id, after, PAGE);
    if (rows.length > 0) yield rows.map(lineOf).join('');
    if (rows.length < PAGE) return;
    after = rows.at(-1)!.row;
  }
}

const fitted = (cells: string[], width: number): string[] => Array.from({ length: width }, (_, i) => cells[i] ?? '');

async function widestOf(ctx: OrgContext, importId: string): Promise<number> {
  const [found] = await ctx.db
    .select({ width: max(sql<number>`jsonb_array_length(${customerImportRejects.cells})`) })
    .from(customerImportRejects)
    .where(eq(customerImportRejects.importId, importId));
  return Number(found?.width ?? 0);
}
