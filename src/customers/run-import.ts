import { CsvError } from 'csv-parse';
import { and, eq, isNull, sql } from 'drizzle-orm';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { type AppContext, inTransaction, type OrgContext, unasked } from '#src/context.ts';
import { customerImportRejects, customerImports, type ImportError } from '#src/db/schema/customer-imports.ts';
import { StorageError } from '#src/platform/storage.ts';
import { keptDays } from '#src/settings/kept-since.ts';
import { applyImportBatch, type ImportRun, RunCancelled } from './apply-import-batch.ts';
import { createDryRunMemory } from './dry-run-memory.ts';
import { type FailureReason, ImportFailure, importFailures } from './import-failure.ts';
import type { ImportJob } from './jobs.ts';
import { publishImportProgress } from './publish-import-progress.ts';
import { defaultRegionOf, timeZoneOf } from './queries.ts';
import { readConsultants, readCustomFields } from './read-import-words.ts';
import { type ImportSurvey, surveyImport } from './survey-import.ts';
import type { TableRow } from './table-row.ts';

type ImportRecord = typeof customerImports.$inferSelect;

const BATCH_ROWS = 1000;
const BATCH_LETTERS = 8 * 1024 * 1024;
const UNKNOWN_SHOWN = 100;
const DAY_MS = 86_400_000;

/**
 * Carries an import out, or goes on with one that was cut off: rows, counts and errors of a batch are committed together, so
 * every row counts once, however often this runs. A dry run that was cut off begins anew. Throws `RunSuperseded` beside another
 * run of the same import: the queue then tries again, should that one die.
 */
export async function runImport(app: AppContext, job: ImportJob, signal: AbortSignal): Promise<void> {
  const [record] = await app.db.select().from(customerImports).where(eq(customerImports.id, job.importId));
  if (!record || record.organizationId !== job.organizationId || record.status === 'draft') return;
  const ctx = asJob(app, job, record);
  let status: ImportRecord['status'] = record.status;
  if (record.endedAt === null) {
    const reason = await carryOut(ctx, record, signal).catch((error) => failureOf(error));
    status = reason === 'cancelled' ? 'cancelled' : await endImport(ctx, record, reason);
  }
  const isOver = status === 'cancelled' || (status === 'completed' && !record.dryRun);
  if (isOver) await app.storage.delete(record.storageKey);
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
  ...unasked,
});

/** Null: done to the end. */
async function carryOut(ctx: OrgContext, record: ImportRecord, signal: AbortSignal): Promise<null> {
  const file = { storage: ctx.storage, key: record.storageKey, sizeBytes: record.sizeBytes };
  const customFields = await readCustomFields(ctx);
  const survey = await surveyImport(file, { ...record, own: customFields });
  const { columns } = survey;
  if (!columns.places.firstName && !columns.places.fullName) throw new ImportFailure('no-name-column');
  const { twins, defaults, splitNumbers, dateOrder } = record.rules;
  const run: ImportRun = {
    id: record.id,
    groupId: record.groupId,
    reading: {
      columns,
      customFields,
      splitNumbers,
      dateOrder,
      region: defaults.countryCode ?? (await defaultRegionOf(ctx)),
      consultants: columns.places.consultant ? await readConsultants(ctx) : new Map(),
    },
    timeZone: await timeZoneOf(ctx),
    plan: { twins, defaults },
    memory: record.dryRun ? createDryRunMemory() : null,
    ...(await begin(ctx, record, survey)),
  };
  for await (const batch of batchesOf(survey, run.done)) {
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
): Promise<Pick<ImportRun, 'startedAt' | 'done' | 'errorsKept' | 'warningsKept'>> {
  return inTransaction(ctx, async (ctx) => {
    const [record] = await ctx.db.select().from(customerImports).where(eq(customerImports.id, id)).for('update');
    if (record!.status === 'cancelled') throw new RunCancelled('this import was stopped');
    const startedAt = record!.startedAt ?? ctx.clock.now();
    const { createdCount, updatedCount, skippedCount, rejectedCount, errors, warnings } = record!;
    if (record!.status === 'running' && !record!.dryRun) {
      const done = createdCount + updatedCount + skippedCount + rejectedCount;
      return { startedAt, done, errorsKept: errors.length, warningsKept: warnings.length };
    }
    const unknown = survey.columns.unknown.slice(0, UNKNOWN_SHOWN).map((field) => unknownColumn(survey, field));
    const zero = { createdCount: 0, updatedCount: 0, skippedCount: 0, rejectedCount: 0, errors: [] };
    const found = { totalCount: survey.total, header: survey.header.names, format: survey.table.format.kind };
    await ctx.db.delete(customerImportRejects).where(eq(customerImportRejects.importId, id));
    await ctx.db
      .update(customerImports)
      .set({ status: 'running', startedAt, ...found, ...zero, warnings: unknown })
      .where(eq(customerImports.id, id));
    await publishImportProgress(ctx, id);
    return { startedAt, done: 0, errorsKept: 0, warningsKept: unknown.length };
  });
}

const unknownColumn = ({ header }: ImportSurvey, name: string): ImportError => ({
  row: header.row,
  field: name.slice(0, 100).replaceAll('\0', '').toWellFormed(),
  message: { en: 'Unknown column, ignored', tr: 'Bilinmeyen sütun, dikkate alınmadı' },
});

async function* batchesOf({ table, header }: ImportSurvey, done: number): AsyncGenerator<TableRow[]> {
  let batch: TableRow[] = [];
  let letters = 0;
  let skip = done;
  for await (const row of table.rows()) {
    if (row.row <= header.row || skip-- > 0) continue;
    batch.push(row);
    letters += row.cells.reduce((sum, cell) => sum + cell.length, 0);
    if (batch.length < BATCH_ROWS && letters < BATCH_LETTERS) continue;
    yield batch;
    [batch, letters] = [[], 0];
  }
  if (batch.length > 0) yield batch;
}

/** What another run would meet again; anything else is thrown on, for the queue to try again. */
function failureOf(error: unknown): FailureReason | 'cancelled' {
  if (error instanceof RunCancelled) return 'cancelled';
  if (error instanceof ImportFailure) return error.reason;
  if (error instanceof CsvError) return 'not-csv';
  if (error instanceof StorageError && error.trouble === 'absent') return 'file-missing';
  throw error;
}

/** Ends it, unless somebody did already. A file that can be tried again is kept, and so are rejected rows, for some days. */
function endImport(
  ctx: OrgContext,
  { id, dryRun }: ImportRecord,
  reason: FailureReason | null,
): Promise<ImportRecord['status']> {
  return inTransaction(ctx, async (ctx) => {
    const now = ctx.clock.now();
    const error: ImportError[] = reason ? [{ row: 1, field: '', message: importFailures[reason] }] : [];
    const keeps = reason !== null || dryRun ? sql`true` : sql`${customerImports.rejectedCount} > 0`;
    const until = new Date(now.getTime() + (await keptDays(ctx, 'importsDays')) * DAY_MS).toISOString();
    const [ended] = await ctx.db
      .update(customerImports)
      .set({
        status: reason ? 'failed' : 'completed',
        statusReason: reason,
        endedAt: now,
        expiresAt: sql`case when ${keeps} then ${until}::timestamptz end`,
        errors: sql`${customerImports.errors} || ${JSON.stringify(error)}::jsonb`,
      })
      .where(and(eq(customerImports.id, id), isNull(customerImports.endedAt)))
      .returning();
    if (!ended) {
      const [now] = await ctx.db.select().from(customerImports).where(eq(customerImports.id, id));
      return now!.status;
    }
    const { createdCount: created, updatedCount: updated, skippedCount: skipped, rejectedCount: rejected } = ended;
    await publishImportProgress(ctx, id);
    await recordActivity(ctx, {
      verb: reason ? 'customers.import-failed' : 'customers.import-completed',
      subjectType: 'import',
      subjectId: id,
      details: { dryRun, created, updated, skipped, rejected },
    });
    return ended.status;
  });
}
