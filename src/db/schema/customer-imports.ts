import { sql } from 'drizzle-orm';
import { boolean, index, integer, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import type { Text } from '#src/platform/language.ts';
import { organizations } from './accounts.ts';
import { createdAt, id, instant } from './columns.ts';

/** `draft`: the file is there and waits to be told what its columns mean. */
export const importStatuses = ['draft', 'pending', 'running', 'completed', 'failed', 'cancelled'] as const;
export const importFormats = ['csv', 'xlsx'] as const;
export const twinRules = ['overwrite', 'fill-empty', 'skip', 'reject'] as const;
/** How the bytes become rows; what is left out is found out from the file. */
export type ImportReading = {
  encoding?: string | undefined;
  separator?: string | undefined;
  sheet?: string | undefined;
  /** The row that names the columns; 0: none does, the first row is a customer already. */
  headerRow?: number | undefined;
};
/** Which field each column goes into, by its place; columns that are not named are passed over. */
export type ImportMapping = { column: number; field: string }[];
/** What holds where the file leaves something open. */
export type ImportDefaults = {
  source?: string | undefined;
  consultantId?: string | undefined;
  countryCode?: string | undefined;
  tags?: string[] | undefined;
};
export type ImportRules = {
  twins: (typeof twinRules)[number];
  /** Two numbers in one cell become two phones of the customer; otherwise the row is rejected. */
  splitNumbers: boolean;
  /** How 03/04/1985 is read. */
  dateOrder: 'day-first' | 'month-first';
  defaults: ImportDefaults;
};
/** `message`: a text in both languages; a plain string in imports from before that. */
export type ImportError = { row: number; field: string; message: Text | string };

export const customerImports = pgTable(
  'customer_imports',
  {
    id: id(),
    organizationId: uuid()
      .notNull()
      .references(() => organizations.id, { onDelete: 'cascade' }),
    userId: uuid().notNull(),
    status: text({ enum: importStatuses }).notNull().default('pending'),
    statusReason: text(),
    dryRun: boolean().notNull().default(false),
    storageKey: text().notNull(),
    fileName: text(),
    sizeBytes: integer().notNull().default(0),
    format: text({ enum: importFormats }),
    reading: jsonb().$type<ImportReading>().notNull().default({}),
    /** Null: by the names of the columns. */
    mapping: jsonb().$type<ImportMapping>(),
    rules: jsonb().$type<ImportRules>().notNull().default({
      twins: 'overwrite',
      splitNumbers: true,
      dateOrder: 'day-first',
      defaults: {},
    }),
    groupId: uuid(),
    /** The columns of the file as they are called there. */
    header: jsonb().$type<string[]>().notNull().default([]),
    totalCount: integer().notNull().default(0),
    createdCount: integer().notNull().default(0),
    updatedCount: integer().notNull().default(0),
    skippedCount: integer().notNull().default(0),
    rejectedCount: integer().notNull().default(0),
    errors: jsonb().$type<ImportError[]>().notNull().default([]),
    /** Of rows that were taken in nevertheless. */
    warnings: jsonb().$type<ImportError[]>().notNull().default([]),
    createdAt: createdAt(),
    startedAt: instant(),
    endedAt: instant(),
    /** Until when the file and the rejected rows stay; null: they are gone. */
    expiresAt: instant(),
  },
  (t) => [
    index('customer_imports_list_idx').on(t.organizationId, t.id),
    index('customer_imports_expiry_idx').on(t.expiresAt).where(sql`${t.expiresAt} is not null`),
  ],
);

/** Rows of a file that could not be taken in, as they were written, to be put right and imported again. */
export const customerImportRejects = pgTable(
  'customer_import_rejects',
  {
    importId: uuid()
      .notNull()
      .references(() => customerImports.id, { onDelete: 'cascade' }),
    organizationId: uuid()
      .notNull()
      .references(() => organizations.id, { onDelete: 'cascade' }),
    /** As a spreadsheet numbers it. */
    row: integer().notNull(),
    cells: jsonb().$type<string[]>().notNull(),
    errors: jsonb().$type<{ field: string; message: Text }[]>().notNull(),
  },
  (t) => [primaryKey({ columns: [t.importId, t.row] })],
);
