import { CsvError } from 'csv-parse';
import { and, eq, isNull, sql } from 'drizzle-orm';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { type AppContext, inTransaction, type OrgContext } from '#src/context.ts';
import { customerImports, type ImportError } from '#src/db/schema/customers.ts';
import type { Text } from '#src/platform/language.ts';
import { StorageError } from '#src/platform/storage.ts';
import { applyImportBatch, type ImportRun } from './apply-import-batch.ts';
import { type CsvRecord, readCsv } from './csv-file.ts';
import { createImportPreview } from './import-preview.ts';
import type { ImportJob } from './jobs.ts';
import { defaultRegionOf, timeZoneOf } from './queries.ts';
import { type ImportSurvey, surveyImport } from './survey-import.ts';

type ImportRecord = typeof customerImports.$inferSelect;
type Failure = { reason: string; message: Text };

const BATCH_ROWS = 1000;
const UNKNOWN_SHOWN = 100;

const failures = {
  'no-header': { en: 'The file has no rows', tr: 'Dosyada satır yok' },
  'no-name-column': {
    en: 'No column for the first name (firstName, ad, isim)',
    tr: 'Ad sütunu yok (ad, isim, firstName)',
  },
  'not-csv': { en: 'The file is not readable as CSV', tr: 'Dosya CSV olarak okunamıyor' },
  'file-missing': { en: 'The file is no longer there; upload it again', tr: 'Dosya artık yok; yeniden yükleyin' },
} as const satisfies Record<string, Text>;

/**
 * Carries an import out, or goes on with one that was cut off: rows, counts and errors of a batch are committed together, so
 * every row counts once, however often this runs. A dry run that was cut off begins anew. Throws `RunSuperseded` beside another
 * run of the same import: the queue then tries again, should that one die.
 */
export async function runImport(app: AppContext, job: ImportJob, signal: AbortSignal): Promise<void> {
  const [record] = await app.db.select().from(customerImports).where(eq(customerImports.id, job.importId));
  if (!record || record.organizationId !== job.organizationId) return;
  const ctx = asJob(app, job, record);
  if (record.endedAt === null) {
    const failure = await carryOut(ctx, record, signal).catch((error) => failureOf(error));
    await endImport(ctx, record, failure);
  }
  await app.storage.delete(record.storageKey);
}

const asJob = (app: AppContext, { organizationId, importId }: ImportJob, { userId }: ImportRecord): OrgContext => ({
  ...app,
  organizationId,
  userId,
  role: 'owner',
  isAdmin: false,
  actor: { type: 'job', id: importId },
  scopes: null,
  language: 'en',
  requestId: null,
});

/** Null: done to the end. */
async function carryOut(ctx: OrgContext, record: ImportRecord, signal: AbortSignal): Promise<Failure | null> {
  const survey = await surveyImport(ctx.storage, record.storageKey);
  if (!survey) return failure('no-header');
  const { firstName, fullName } = survey.columns.places;
  if (!firstName && !fullName) return failure('no-name-column');
  const run: ImportRun = {
    id: record.id,
    groupId: record.groupId,
    columns: survey.columns,
    region: await defaultRegionOf(ctx),
    timeZone: await timeZoneOf(ctx),
    preview: record.dryRun ? createImportPreview() : null,
    ...(await begin(ctx, record, survey)),
  };
  for await (const batch of batchesOf(ctx, record.storageKey, survey, run.done)) {
    signal.throwIfAborted();
    await applyImportBatch(ctx, run, batch);
  }
  return null;
}

/** Marks the import as running. Gives how many rows are done already, and how many errors are kept. */
function begin(
  ctx: OrgContext,
  { id }: ImportRecord,
  survey: ImportSurvey,
): Promise<Pick<ImportRun, 'done' | 'errorsKept'>> {
  return inTransaction(ctx, async (ctx) => {
    const [record] = await ctx.db.select().from(customerImports).where(eq(customerImports.id, id)).for('update');
    if (record!.status === 'running' && !record!.dryRun)
      return {
        done: record!.createdCount + record!.updatedCount + record!.rejectedCount,
        errorsKept: record!.errors.length,
      };
    const errors = survey.columns.unknown.slice(0, UNKNOWN_SHOWN).map((field) => unknownColumn(survey, field));
    const zero = { createdCount: 0, updatedCount: 0, rejectedCount: 0 };
    const startedAt = record!.startedAt ?? ctx.clock.now();
    await ctx.db
      .update(customerImports)
      .set({ status: 'running', startedAt, totalCount: survey.total, ...zero, errors })
      .where(eq(customerImports.id, id));
    return { done: 0, errorsKept: errors.length };
  });
}

const unknownColumn = ({ headerRow }: ImportSurvey, name: string): ImportError => ({
  row: headerRow,
  field: name.slice(0, 100),
  message: { en: 'Unknown column, ignored', tr: 'Bilinmeyen sütun, dikkate alınmadı' },
});

async function* batchesOf(
  ctx: OrgContext,
  key: string,
  survey: ImportSurvey,
  done: number,
): AsyncGenerator<CsvRecord[]> {
  let batch: CsvRecord[] = [];
  let skip = done + 1; // the header
  for await (const record of readCsv(ctx.storage, key, survey.format)) {
    if (skip-- > 0) continue;
    batch.push(record);
    if (batch.length < BATCH_ROWS) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

const failure = (reason: keyof typeof failures): Failure => ({ reason, message: failures[reason] });

/** What another run would meet again; anything else is thrown on, for the queue to try again. */
function failureOf(error: unknown): Failure {
  if (error instanceof CsvError) return failure('not-csv');
  if (error instanceof StorageError && error.trouble === 'absent') return failure('file-missing');
  throw error;
}

function endImport(ctx: OrgContext, { id, dryRun }: ImportRecord, failed: Failure | null): Promise<void> {
  return inTransaction(ctx, async (ctx) => {
    const error: ImportError[] = failed ? [{ row: 1, field: '', message: failed.message }] : [];
    const [ended] = await ctx.db
      .update(customerImports)
      .set({
        status: failed ? 'failed' : 'completed',
        statusReason: failed?.reason ?? null,
        endedAt: ctx.clock.now(),
        errors: sql`${customerImports.errors} || ${JSON.stringify(error)}::jsonb`,
      })
      .where(and(eq(customerImports.id, id), isNull(customerImports.endedAt)))
      .returning();
    if (!ended) return;
    const { createdCount: created, updatedCount: updated, rejectedCount: rejected } = ended;
    await recordActivity(ctx, {
      verb: failed ? 'customers.import-failed' : 'customers.import-completed',
      subjectType: 'import',
      subjectId: id,
      details: { dryRun, created, updated, rejected },
    });
  });
}
