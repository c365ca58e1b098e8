import { eq, sql } from 'drizzle-orm';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { customerImports, type ImportError } from '#src/db/schema/customers.ts';
import type { CsvRecord } from './csv-file.ts';
import { findImportMatches } from './find-import-matches.ts';
import type { ImportColumns } from './import-columns.ts';
import type { ImportTimes } from './import-consent.ts';
import type { ImportPreview } from './import-preview.ts';
import { type ImportRow, readImportRow } from './import-row.ts';
import { type ImportPlan, planImportBatch } from './plan-import-batch.ts';
import { postgresCode } from './postgres-code.ts';
import { recordImportConsents } from './record-import-consents.ts';
import { joinImportGroup, writeImportBatch } from './write-import-batch.ts';

/** An import under way, in this process. */
export type ImportRun = {
  id: string;
  groupId: string | null;
  columns: ImportColumns;
  region: string;
  /** Where the dates of the file were written. */
  timeZone: string;
  /** Of a dry run, which writes no customers. */
  preview: ImportPreview | null;
  /** Rows counted so far. */
  done: number;
  errorsKept: number;
};

/** Another run of the same import is at work. */
export class RunSuperseded extends Error {}

const ERRORS_KEPT = 1000;
const ATTEMPTS = 5;
/** Somebody else created one of these phones, or held one of these customers, at the same moment. */
const COLLISIONS = new Set(['23505', '40P01', '40001']);

/** Applies the next records of the file and counts them, in one transaction. Throws `RunSuperseded`. */
export async function applyImportBatch(ctx: OrgContext, run: ImportRun, records: CsvRecord[]): Promise<void> {
  const { rows, errors, rejected } = readRecords(ctx, run, records);
  const plan = await withoutCollision(() =>
    inTransaction(ctx, async (ctx) => {
      await claim(ctx, run);
      const plan = await apply(ctx, run, rows);
      await count(ctx, run, { ...plan, rejected, errors });
      return plan;
    }),
  );
  run.preview?.remember(plan.changed);
  run.done += records.length;
  run.errorsKept += errors.length;
}

function readRecords(ctx: OrgContext, run: ImportRun, records: CsvRecord[]) {
  const rows: ImportRow[] = [];
  const errors: ImportError[] = [];
  const times: ImportTimes = { now: ctx.clock.now(), timeZone: run.timeZone };
  let rejected = 0;
  for (const { row, cells } of records) {
    const read = readImportRow(cells, run.columns, run.region, times);
    if (read.ok) rows.push(read.row);
    else {
      rejected++;
      errors.push(...read.errors.map(({ field, message }) => ({ row, field, message })));
    }
  }
  return { rows, rejected, errors: errors.slice(0, ERRORS_KEPT - run.errorsKept) };
}

async function withoutCollision<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt === ATTEMPTS || !COLLISIONS.has(postgresCode(error) ?? '')) throw error;
    }
  }
}

/** Locks the import's row; whoever finds other counts than he left is no longer the one who runs it. */
async function claim(ctx: OrgContext, run: ImportRun): Promise<void> {
  const [now] = await ctx.db
    .select({
      done: sql<number>`${customerImports.createdCount} + ${customerImports.updatedCount} + ${customerImports.rejectedCount}`,
      endedAt: customerImports.endedAt,
    })
    .from(customerImports)
    .where(eq(customerImports.id, run.id))
    .for('update');
  if (now?.done !== run.done || now.endedAt !== null) throw new RunSuperseded('another run of this import is at work');
}

async function apply(ctx: OrgContext, run: ImportRun, rows: ImportRow[]): Promise<ImportPlan> {
  const found = await findImportMatches(ctx, rows, run.preview === null);
  if (run.preview) return planImportBatch(rows, [...run.preview.recall(rows), ...found]);
  const plan = planImportBatch(rows, found);
  await writeImportBatch(ctx, plan.changed);
  await recordImportConsents(ctx, run.id, plan.consents);
  if (run.groupId) await joinImportGroup(ctx, run.groupId, plan.touched);
  return plan;
}

type Counts = { created: number; updated: number; rejected: number; errors: ImportError[] };

async function count(ctx: OrgContext, run: ImportRun, { created, updated, rejected, errors }: Counts): Promise<void> {
  await ctx.db
    .update(customerImports)
    .set({
      createdCount: sql`${customerImports.createdCount} + ${created}`,
      updatedCount: sql`${customerImports.updatedCount} + ${updated}`,
      rejectedCount: sql`${customerImports.rejectedCount} + ${rejected}`,
      ...(errors.length > 0 && { errors: sql`${customerImports.errors} || ${JSON.stringify(errors)}::jsonb` }),
    })
    .where(eq(customerImports.id, run.id));
}
