import { z } from '@hono/zod-openapi';
import { exportStatuses } from '#src/db/schema/archive.ts';
import { bothLanguages } from '#src/platform/read-request.ts';
import { Id, InstantOut, PageQuery, pageOf, toInstant } from '#src/platform/schemas.ts';
import { type Export, percentOf } from './export.ts';

export const Passphrase = z
  .string()
  .min(12, bothLanguages({ en: 'At least 12 characters', tr: 'En az 12 karakter' }))
  .max(200)
  .openapi({ description: 'Locks the secrets; whoever imports needs it. Unset: secrets are left out.' });

const wish = {
  includeFiles: z
    .boolean()
    .default(false)
    .openapi({ description: 'Whether the bytes of media and files are among it' }),
  passphrase: Passphrase.optional(),
};
export const OwnExportIn = z.strictObject(wish).openapi('ExportRequest');
export const ExportIn = z
  .strictObject({
    scope: z.union([z.literal('platform'), Id]).openapi({ description: '`platform`, or the id of an organization' }),
    ...wish,
  })
  .openapi('PlatformExportRequest');

export const ExportQuery = PageQuery.extend({ status: z.enum(exportStatuses).optional() });

const count = z.number().int();
export const ExportOut = z
  .object({
    id: Id,
    scope: z.string().openapi({ description: '`platform`, or the id of an organization' }),
    status: z.enum(exportStatuses),
    statusReason: z.string().nullable(),
    includeFiles: z.boolean(),
    withSecrets: z.boolean(),
    progress: z.object({
      tables: count,
      totalTables: count,
      rows: count,
      totalRows: count,
      bytes: count,
      percent: count,
    }),
    sizeBytes: count.nullable(),
    sha256: z.string().nullable(),
    createdAt: InstantOut,
    startedAt: InstantOut.nullable(),
    endedAt: InstantOut.nullable(),
    expiresAt: InstantOut.nullable(),
  })
  .openapi('Export');
export const ExportPage = pageOf(ExportOut);

export const presentExport = (row: Export) => ({
  id: row.id,
  scope: row.subjectId ?? 'platform',
  status: row.status,
  statusReason: row.statusReason,
  includeFiles: row.includeFiles,
  withSecrets: row.withSecrets,
  progress: {
    tables: row.doneTables,
    totalTables: row.totalTables,
    rows: row.doneRows,
    totalRows: row.totalRows,
    bytes: row.doneBytes,
    percent: percentOf(row),
  },
  sizeBytes: row.sizeBytes,
  sha256: row.sha256,
  createdAt: toInstant(row.createdAt),
  startedAt: toInstant(row.startedAt),
  endedAt: toInstant(row.endedAt),
  expiresAt: toInstant(row.expiresAt),
});
