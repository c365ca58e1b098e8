import { sql } from 'drizzle-orm';
import { bigint, boolean, index, integer, jsonb, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { organizations } from './accounts.ts';
import { createdAt, id, instant } from './columns.ts';

export const exportStatuses = ['pending', 'running', 'completed', 'failed', 'cancelled', 'expired'] as const;
/** `empty`: a whole platform where there is nothing yet; `new`: one more organization; `replace`: in the place of one that is here. */
export const importModes = ['empty', 'new', 'replace'] as const;
/** `checked`: rehearsed and found good; `refused`: rehearsed and found wrong. */
export const importStatuses = [
  'checking',
  'checked',
  'refused',
  'applying',
  'applied',
  'failed',
  'discarded',
  'expired',
] as const;

/** Something wrong with an archive: where, what, and in words. */
export type ArchiveProblem = { where: string; code: string; en: string; tr: string };
/** What an archive would bring, or has brought. */
export type ImportReport = {
  scope: 'platform' | 'organization';
  organizationName: string | null;
  migration: string;
  ownMigration: string;
  madeAt: string;
  files: number;
  secrets: boolean;
  tables: Record<string, number>;
  warnings: ArchiveProblem[];
};

const count = () => bigint({ mode: 'number' }).notNull().default(0);

/** An archive that was asked for, made by a job, fetched until it expires. */
export const archiveExports = pgTable(
  'archive_exports',
  {
    id: id(),
    /** Of whoever asked. */
    organizationId: uuid()
      .notNull()
      .references(() => organizations.id, { onDelete: 'cascade' }),
    userId: uuid().notNull(),
    /** Whose rows; null: the whole platform. */
    subjectId: uuid(),
    language: text({ enum: ['tr', 'en'] }).notNull(),
    includeFiles: boolean().notNull(),
    /** Encrypted, and gone when the archive is there. Null: secrets are left out. */
    passphraseSealed: text(),
    withSecrets: boolean().notNull(),
    status: text({ enum: exportStatuses }).notNull().default('pending'),
    statusReason: text(),
    attempts: integer().notNull().default(0),
    doneTables: integer().notNull().default(0),
    totalTables: integer().notNull().default(0),
    doneRows: count(),
    totalRows: count(),
    doneBytes: count(),
    storageKey: text(),
    sizeBytes: bigint({ mode: 'number' }),
    sha256: text(),
    createdAt: createdAt(),
    startedAt: instant(),
    endedAt: instant(),
    /** From when on its bytes are gone. */
    expiresAt: instant(),
  },
  (t) => [
    index('archive_exports_list_idx').on(t.organizationId, t.id),
    index('archive_exports_kept_idx').on(t.expiresAt).where(sql`${t.storageKey} is not null`),
    index('archive_exports_open_idx').on(t.createdAt).where(sql`${t.status} in ('pending', 'running')`),
  ],
);

/** An archive that was brought here: rehearsed first, then put in, once. */
export const archiveImports = pgTable(
  'archive_imports',
  {
    id: id(),
    /** Of the platform admin who brought it. */
    organizationId: uuid()
      .notNull()
      .references(() => organizations.id, { onDelete: 'cascade' }),
    userId: uuid().notNull(),
    mode: text({ enum: importModes }).notNull(),
    /** Which one is replaced. */
    targetId: uuid(),
    /** Users who come under another address than in the archive. */
    emails: jsonb().$type<Record<string, string>>().notNull().default({}),
    passphraseSealed: text(),
    status: text({ enum: importStatuses }).notNull().default('checking'),
    statusReason: text(),
    attempts: integer().notNull().default(0),
    report: jsonb().$type<ImportReport>(),
    problems: jsonb().$type<ArchiveProblem[]>().notNull().default([]),
    doneRows: count(),
    totalRows: count(),
    storageKey: text(),
    sizeBytes: bigint({ mode: 'number' }).notNull(),
    sha256: text().notNull(),
    /** The organization that is there now. */
    resultId: uuid(),
    createdAt: createdAt(),
    checkedAt: instant(),
    endedAt: instant(),
    expiresAt: instant().notNull(),
  },
  (t) => [
    index('archive_imports_list_idx').on(t.id),
    index('archive_imports_kept_idx').on(t.expiresAt).where(sql`${t.storageKey} is not null`),
  ],
);
