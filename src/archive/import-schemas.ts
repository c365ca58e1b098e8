import { z } from '@hono/zod-openapi';
import { importModes, importStatuses } from '#src/db/schema/archive.ts';
import type { Language } from '#src/platform/language.ts';
import { Id, InstantOut, pageOf, toInstant } from '#src/platform/schemas.ts';
import type { Import } from './import.ts';
import { Passphrase } from './schemas.ts';

const Mode = z.enum(importModes).openapi({
  description:
    '`empty`: a whole platform where there is nothing yet; `new`: one more organization, all ids made anew; `replace`: in the place of one',
});
export const ImportQuery = z.strictObject({ mode: Mode.default('new'), organizationId: Id.optional() });

const Address = z.email().max(254);
export const CheckIn = z
  .strictObject({
    mode: Mode.optional(),
    organizationId: Id.nullable().optional(),
    passphrase: Passphrase.optional().openapi({ description: 'Unlocks the secrets that came along' }),
    emails: z
      .record(Address, Address)
      .refine((emails) => Object.keys(emails).length <= 1000)
      .optional()
      .openapi({ description: 'Users who are to come under another address than in the archive' }),
  })
  .openapi('ImportCheck');
export const ApplyIn = z
  .strictObject({
    confirm: z.string().max(500).optional().openapi({ description: 'The name of the organization that is replaced' }),
  })
  .openapi('ImportApplication');

const count = z.number().int();
const ProblemOut = z.object({ where: z.string(), code: z.string(), message: z.string() });
export const ImportOut = z
  .object({
    id: Id,
    mode: Mode,
    organizationId: Id.nullable(),
    status: z.enum(importStatuses),
    statusReason: z.string().nullable(),
    sizeBytes: count,
    sha256: z.string(),
    progress: z.object({ rows: count, totalRows: count }),
    report: z
      .object({
        scope: z.enum(['platform', 'organization']),
        organizationName: z.string().nullable(),
        migration: z.string(),
        ownMigration: z.string(),
        madeAt: z.string(),
        files: count,
        secrets: z.boolean(),
        tables: z.record(z.string(), count),
        warnings: z.array(ProblemOut),
      })
      .nullable()
      .openapi({ description: 'What it would bring, or has brought: rows by table' }),
    problems: z.array(ProblemOut),
    resultId: Id.nullable().openapi({ description: 'The organization that is there now' }),
    createdAt: InstantOut,
    endedAt: InstantOut.nullable(),
    expiresAt: InstantOut,
  })
  .openapi('ArchiveImport');
export const ImportPage = pageOf(ImportOut);

export const presentImport = (row: Import, language: Language) => {
  const say = ({ where, code, ...text }: Import['problems'][number]) => ({ where, code, message: text[language] });
  return {
    id: row.id,
    mode: row.mode,
    organizationId: row.targetId,
    status: row.status,
    statusReason: row.statusReason,
    sizeBytes: row.sizeBytes,
    sha256: row.sha256,
    progress: { rows: row.doneRows, totalRows: row.totalRows },
    report: row.report && { ...row.report, warnings: row.report.warnings.map(say) },
    problems: row.problems.map(say),
    resultId: row.resultId,
    createdAt: toInstant(row.createdAt),
    endedAt: toInstant(row.endedAt),
    expiresAt: toInstant(row.expiresAt),
  };
};
