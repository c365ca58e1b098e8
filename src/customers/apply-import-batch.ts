import { setImmediate as nextTurn } from 'node:timers/promises';
import { eq, sql } from 'drizzle-orm';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { customerImportRejects, customerImports } from '#src/db/schema/customer-imports.ts';
import type { DryRunMemory } from './dry-run-memory.ts';
import { findImportMatches } from './find-import-matches.ts';
import { type RowRules, readImportRow } from './import-row.ts';
import { isExample, LEFT_OUT_EXAMPLE } from './import-template.ts';
import {
  type ImportPlan,
  type PlacedError,
  type PlacedRow,
  type PlanRules,
  planImportBatch,
} from './plan-import-batch.ts';
import { postgresCode } from './postgres-code.ts';
import { publishImportProgress } from './publish-import-progress.ts';
import { keepCustomFields } from './read-import-words.ts';
import { recordImportConsents } from './record-import-consents.ts';
import type { TableRow } from './table-row.ts';
import { joinImportGroup, writeImportBatch } from './write-import-batch.ts';

/** An import under way, in this process. */
export type ImportRun = {
  id: string;
  startedAt: Date;
  groupId: string | null;
  reading: Omit<RowRules, 'times'>;
  /** Where the dates of the file were written. */
  timeZone: string;
  plan: PlanRules;
  /** Of a dry run, which writes no customers. */
  memory: DryRunMemory | null;
  /** Rows counted so far. */
  done: number;
  errorsKept: number;
  warningsKept: number;
};

/** Another run of the same import is at work. */
export class RunSuperseded extends Error {}
/** Somebody stopped the import. */
export class RunCancelled extends Error {}

const ERRORS_KEPT = 1000;
const ATTEMPTS = 5;
const ROWS_A_TURN = 100;
/** Somebody else created one of these phones, or held one of these customers, at the same moment. */
const COLLISIONS = new Set(['23505', '40P01', '40001']);

type Reading = { rows: PlacedRow[]; faulty: PlacedError[]; warnings: PlacedError[]; skipped: number };

/** Applies the next rows of the file and counts them, in one transaction. Throws `RunSuperseded` and `RunCancelled`. */
export async function applyImportBatch(ctx: OrgContext, run: ImportRun, records: TableRow[]): Promise<void> {
  const read = await readRecords(ctx, run, records);
  const { plan, outcome } = await withoutCollision(() =>
    inTransaction(ctx, async (ctx) => {
      await claim(ctx, run);
      const plan = await apply(ctx, run, read.rows);
      const outcome = sumUp(run, read, plan);
      await keepRejects(ctx, run, records, outcome.faulty);
      await count(ctx, run, outcome);
      await publishImportProgress(ctx, run.id);
      return { plan, outcome };
    }),
  );
  run.memory?.remember(plan.changed);
  run.done += records.length;
  run.errorsKept += outcome.errors.length;
  run.warningsKept += outcome.warnings.length;
}

/** Lets others have a turn now and then: a number takes its time to be understood. */
async function readRecords(ctx: OrgContext, run: ImportRun, records: TableRow[]): Promise<Reading> {
  const reading: Reading = { rows: [], faulty: [], warnings: [], skipped: 0 };
  const rules: RowRules = { ...run.reading, times: { now: ctx.clock.now(), timeZone: run.timeZone } };
  for (const [i, { row: line, cells }] of records.entries()) {
    if (i % ROWS_A_TURN === 0) await nextTurn();
    const read = readImportRow(cells, rules);
    if (!read.ok) reading.faulty.push(...read.errors.map((error) => ({ ...error, line })));
    else if (isExample(read.row)) {
      reading.skipped++;
      reading.warnings.push({ line, field: '', message: LEFT_OUT_EXAMPLE });
    } else {
      reading.rows.push({ line, row: read.row });
      reading.warnings.push(...read.warnings.map((warning) => ({ ...warning, line })));
    }
  }
  return reading;
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

/** Locks the import's row; whoever finds another state than he left is no longer the one who runs it. */
async function claim(ctx: OrgContext, run: ImportRun): Promise<void> {
  const [now] = await ctx.db
    .select({
      done: sql<number>`${customerImports.createdCount} + ${customerImports.updatedCount} + ${customerImports.skippedCount} + ${customerImports.rejectedCount}`,
      status: customerImports.status,
      startedAt: customerImports.startedAt,
    })
    .from(customerImports)
    .where(eq(customerImports.id, run.id))
    .for('update');
  if (now?.status === 'cancelled') throw new RunCancelled('this import was stopped');
  const isMine = now?.status === 'running' && now.startedAt?.getTime() === run.startedAt.getTime();
  if (!isMine || now.done !== run.done) throw new RunSuperseded('another run of this import is at work');
}

async function apply(ctx: OrgContext, run: ImportRun, given: PlacedRow[]): Promise<ImportPlan> {
  const placed = await withoutGoneFields(ctx, run, given);
  const rows = placed.map(({ row }) => row);
  const found = await findImportMatches(ctx, rows, run.memory === null);
  if (run.memory) return planImportBatch(placed, [...run.memory.recall(rows), ...found], run.plan);
  const plan = planImportBatch(placed, found, run.plan);
  await writeImportBatch(ctx, plan.changed);
  const fillsOnly = run.plan.twins === 'fill-empty';
  await recordImportConsents(ctx, { importId: run.id, fillsOnly }, plan.consents);
  if (run.groupId) await joinImportGroup(ctx, run.groupId, plan.touched);
  return plan;
}

/** The same rows, without values of fields that were deleted meanwhile. */
async function withoutGoneFields(ctx: OrgContext, { reading }: ImportRun, placed: PlacedRow[]): Promise<PlacedRow[]> {
  const used = reading.customFields.filter(({ key }) => reading.columns.places[`custom:${key}`]).map(({ key }) => key);
  const kept = await keepCustomFields(ctx, used);
  if (kept.size === used.length) return placed;
  return placed.map(({ line, row }) => {
    const values = Object.entries(row.customFields).filter(([key]) => kept.has(key));
    return { line, row: { ...row, customFields: Object.fromEntries(values) } };
  });
}

function sumUp(run: ImportRun, read: Reading, plan: ImportPlan) {
  const faulty = [...read.faulty, ...plan.rejected].sort((a, b) => a.line - b.line);
  const warnings = [...read.warnings, ...plan.warnings].sort((a, b) => a.line - b.line);
  const shown = (list: PlacedError[], kept: number) =>
    list.slice(0, ERRORS_KEPT - kept).map(({ line, field, message }) => ({ row: line, field, message }));
  return {
    created: plan.created,
    updated: plan.updated,
    skipped: plan.skipped + read.skipped,
    rejected: new Set(faulty.map(({ line }) => line)).size,
    faulty,
    errors: shown(faulty, run.errorsKept),
    warnings: shown(warnings, run.warningsKept),
  };
}

/** As they were written, to be put right and imported again. */
async function keepRejects(ctx: OrgContext, run: ImportRun, records: TableRow[], faulty: PlacedError[]): Promise<void> {
  if (faulty.length === 0) return;
  const cells = new Map(records.map((record) => [record.row, record.cells]));
  const rows = [...Map.groupBy(faulty, ({ line }) => line)].map(([line, errors]) => ({
    importId: run.id,
    organizationId: ctx.organizationId,
    row: line,
    cells: cells.get(line)!.map(storable),
    errors: errors.map(({ field, message }) => ({ field, message })),
  }));
  await ctx.db.insert(customerImportRejects).values(rows);
}

/** PostgreSQL stores neither NUL nor half a surrogate pair. */
const storable = (cell: string): string => cell.replaceAll('\0', '').toWellFormed();

async function count(ctx: OrgContext, run: ImportRun, outcome: ReturnType<typeof sumUp>): Promise<void> {
  const { created, updated, skipped, rejected, errors, warnings } = outcome;
  await ctx.db
    .update(customerImports)
    .set({
      createdCount: sql`${customerImports.createdCount} + ${created}`,
      updatedCount: sql`${customerImports.updatedCount} + ${updated}`,
      skippedCount: sql`${customerImports.skippedCount} + ${skipped}`,
      rejectedCount: sql`${customerImports.rejectedCount} + ${rejected}`,
      ...(errors.length > 0 && { errors: sql`${customerImports.errors} || ${JSON.stringify(errors)}::jsonb` }),
      ...(warnings.length > 0 && { warnings: sql`${customerImports.warnings} || ${JSON.stringify(warnings)}::jsonb` }),
    })
    .where(eq(customerImports.id, run.id));
}
