import { z } from '@hono/zod-openapi';
import { importFormats, importStatuses, twinRules } from '#src/db/schema/customer-imports.ts';
import type { Language } from '#src/platform/language.ts';
import { bothLanguages } from '#src/platform/read-request.ts';
import { Id, InstantOut, toInstant } from '#src/platform/schemas.ts';
import { readCountryCode } from './country-code.ts';
import { DELIMITERS, encodings } from './csv-file.ts';
import { cleanLine, cleanTags, limits, UNKNOWN_COUNTRY } from './customer.ts';
import { importFields } from './import-columns.ts';
import { MOST_COLUMNS } from './import-failure.ts';
import { importFieldNames } from './import-field-names.ts';
import type { ImportRecord } from './import-queries.ts';
import type { ImportPreview as Look } from './preview-import.ts';

const line = (max: number) => z.string().overwrite(cleanLine).min(1).max(max);
const FileName = line(200)
  .optional()
  .openapi({ description: 'What the file is called, for the list; what it is, its content tells.' });
const Separator = z.enum(DELIMITERS);
const Encoding = z.enum(encodings);
const SheetName = z.string().min(1).max(100);
const Field = z
  .string()
  .min(1)
  .max(200)
  .openapi({
    description: `One of ${importFields.join(', ')}, or \`custom:\` and the key of a field of your own.`,
    example: 'phone',
  });
const headerRow = { description: 'The row that names the columns; 0: none does, the first row is a customer already.' };

export const ImportQuery = z.strictObject({
  dryRun: z.enum(['true', 'false']).default('false'),
  groupId: Id.optional().openapi({ description: 'Every customer of the file becomes a member of this group.' }),
  fileName: FileName,
});
export const ImportReadingQuery = z.strictObject({
  encoding: Encoding.optional(),
  separator: Separator.optional(),
  sheet: SheetName.optional().openapi({ description: 'Of a workbook; the first that is shown, unless told.' }),
  headerRow: z.coerce.number().int().min(0).max(1_048_576).optional().openapi(headerRow),
});
export const ImportDraftQuery = ImportReadingQuery.extend({ fileName: FileName });

const Defaults = z.strictObject({
  source: line(limits.source).optional(),
  consultantId: Id.optional(),
  countryCode: z
    .string()
    .overwrite((text) => text.trim().toUpperCase())
    .refine((code) => code.length === 2 && readCountryCode(code) === code, bothLanguages(UNKNOWN_COUNTRY))
    .optional()
    .openapi({ description: 'Also how national phone numbers of the file are read.', example: 'TR' }),
  tags: z.array(line(limits.tag)).max(200).overwrite(cleanTags).max(limits.tags).optional(),
});

export const ImportStart = z
  .strictObject({
    dryRun: z.boolean().default(false),
    mapping: z
      .array(
        z.strictObject({
          column: z
            .int()
            .min(0)
            .max(MOST_COLUMNS - 1),
          field: Field,
        }),
      )
      .min(1)
      .max(MOST_COLUMNS)
      .optional()
      .openapi({
        description:
          'Which field each column goes into; columns left out are passed over. Phones and emails may stand in several columns. Without it columns go by their names.',
      }),
    encoding: Encoding.optional(),
    separator: Separator.optional(),
    sheet: SheetName.optional(),
    headerRow: z.int().min(0).max(1_048_576).optional().openapi(headerRow),
    twins: z.enum(twinRules).default('overwrite').openapi({
      description:
        'What becomes of a customer who is there already, by any phone, else by email: `overwrite` what the row says, `fill-empty` only what is not known, `skip` the row, `reject` it. Tags and further addresses add up.',
    }),
    splitNumbers: z.boolean().default(true).openapi({
      description: 'Two numbers in one cell become phone and further phone; false: such rows are rejected.',
    }),
    dateOrder: z
      .enum(['day-first', 'month-first'])
      .default('day-first')
      .openapi({ description: 'How 03/04/1985 is read.' }),
    defaults: Defaults.default({}).openapi({
      description: 'Where neither the row nor the customer says anything; tags are given to everybody.',
    }),
    groupId: Id.optional(),
  })
  .openapi('ImportStart');

export const ImportAccepted = z.object({ id: Id }).openapi('ImportAccepted');
const ImportRemark = z.object({ row: z.int(), field: z.string(), message: z.string() });
export const Import = z
  .object({
    id: Id,
    fileName: z.string().nullable(),
    format: z.enum(importFormats).nullable(),
    sizeBytes: z.int(),
    status: z.enum(importStatuses).openapi({ description: '`draft`: the file waits to be started.' }),
    statusReason: z.string().nullable(),
    dryRun: z.boolean(),
    twins: z.enum(twinRules),
    groupId: Id.nullable(),
    processed: z.int().openapi({ description: 'Rows done: created, updated, skipped and rejected together.' }),
    total: z.int().openapi({ description: 'Rows of the file; 0 until they are counted.' }),
    created: z.int(),
    updated: z.int(),
    skipped: z.int(),
    rejected: z.int(),
    createdAt: InstantOut,
    startedAt: InstantOut.nullable(),
    endedAt: InstantOut.nullable(),
    expiresAt: InstantOut.nullable().openapi({
      description: 'Until then the draft can be started and rejected rows be downloaded; null: there is nothing left.',
    }),
  })
  .openapi('Import');
export const ImportDetails = Import.extend({
  errors: z.array(ImportRemark).openapi({
    description: 'Why rows were rejected, the first 1,000; all of them are in `rejected.csv`.',
  }),
  warnings: z.array(ImportRemark).openapi({
    description: 'The first 1,000 remarks on rows that were taken nevertheless, and on columns that were ignored.',
  }),
}).openapi('ImportDetails');

export const presentImport = (row: ImportRecord): z.input<typeof Import> => ({
  ...row,
  twins: row.rules.twins,
  processed: row.createdCount + row.updatedCount + row.skippedCount + row.rejectedCount,
  total: row.totalCount,
  created: row.createdCount,
  updated: row.updatedCount,
  skipped: row.skippedCount,
  rejected: row.rejectedCount,
  createdAt: toInstant(row.createdAt),
  startedAt: toInstant(row.startedAt),
  endedAt: toInstant(row.endedAt),
  expiresAt: toInstant(row.expiresAt),
});

export const presentImportDetails = (row: ImportRecord, language: Language): z.input<typeof ImportDetails> => {
  const say = ({ message, ...where }: ImportRecord['errors'][number]) => ({
    ...where,
    message: typeof message === 'string' ? message : message[language],
  });
  return { ...presentImport(row), errors: row.errors.map(say), warnings: row.warnings.map(say) };
};

export const ImportPreview = z
  .object({
    id: Id,
    fileName: z.string().nullable(),
    sizeBytes: z.int(),
    format: z.enum(importFormats),
    encoding: Encoding.nullable(),
    separator: z.string().nullable(),
    sheets: z.array(z.object({ name: z.string(), isHidden: z.boolean() })),
    sheet: z.string().nullable(),
    headerRow: z.int().openapi(headerRow),
    columns: z.array(
      z.object({
        column: z.int(),
        name: z.string().nullable(),
        samples: z.array(z.string()),
        field: z.string().nullable().openapi({ description: 'What the column seems to hold; null: nothing we know.' }),
        confidence: z.number().openapi({ description: '0 to 1; from 0.9 on by its name it goes there by itself.' }),
        because: z.enum(['name', 'content']).nullable(),
      }),
    ),
    rows: z.array(z.object({ row: z.int(), cells: z.array(z.string()) })),
    fields: z
      .array(z.object({ field: z.string(), name: z.string() }))
      .openapi({ description: 'Where columns can go, named in the reader’s language.' }),
    expiresAt: InstantOut.nullable(),
  })
  .openapi('ImportPreview');

const LONGEST_CELL_SHOWN = 500;

export function presentPreview(
  { id, fileName, sizeBytes, expiresAt }: ImportRecord,
  { format, headerRow, columns, rows, customFields }: Look,
  language: Language,
): z.input<typeof ImportPreview> {
  const own = customFields.map(({ key, label }) => ({ field: `custom:${key}`, name: label }));
  return {
    id,
    fileName,
    sizeBytes,
    format: format.kind,
    encoding: format.kind === 'csv' ? format.encoding : null,
    separator: format.kind === 'csv' ? format.delimiter : null,
    sheets: format.kind === 'xlsx' ? format.sheets : [],
    sheet: format.kind === 'xlsx' ? format.sheet : null,
    headerRow,
    columns,
    rows: rows.map(({ row, cells }) => ({ row, cells: cells.map((cell) => cell.slice(0, LONGEST_CELL_SHOWN)) })),
    fields: [...importFields.map((field) => ({ field, name: importFieldNames[field][language] })), ...own],
    expiresAt: toInstant(expiresAt),
  };
}
