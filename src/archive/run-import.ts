import { and, eq, inArray, lt, ne, sql } from 'drizzle-orm';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { type AppContext, inTransaction, unasked } from '#src/context.ts';
import { type ArchiveProblem, archiveImports, type ImportReport } from '#src/db/schema/archive.ts';
import { placeInstance } from '#src/instances/place-instance.ts';
import { publishLiveEvent } from '#src/live/publish-live-event.ts';
import { Problem } from '#src/platform/problem.ts';
import { ArchiveFault } from './archive-fault.ts';
import { type Aside, clearWay, joinAdmin } from './clear-way.ts';
import { MOST_ATTEMPTS } from './export.ts';
import { type Import, importKey } from './import.ts';
import { inspectArchive } from './inspect-archive.ts';
import { type Loaded, type Loading, loadArchive } from './load-archive.ts';
import { removeOrganization } from './remove-organization.ts';
import { requireEmpty, requireQuiet } from './require-room.ts';
import { settleArrival } from './settle-arrival.ts';
import { readSpooled, type Spooled, spool } from './spool.ts';
import { linkFiles, type StoredFiles, storeFiles } from './store-files.ts';

/** Its transaction may take long, and waits for the disk in between. */
const TIMES = sql.raw(`set local statement_timeout = '30min'; set local idle_in_transaction_session_timeout = '5min'`);

/** Thrown to have a rehearsal taken back. */
class Rehearsed extends Error {
  readonly report: ImportReport;
  constructor(report: ImportReport) {
    super('rehearsed');
    this.report = report;
  }
}
class Interrupted extends Error {}

/** Puts an archive in and takes everything back: says what it would bring, or what is wrong with it. Repeatable. */
export async function runCheck(ctx: AppContext, importId: string, signal?: AbortSignal): Promise<void> {
  const row = await begin(ctx, importId, 'checking');
  if (!row) return;
  await settling(ctx, row, 'refused', async () => {
    const archive = await spool(ctx.storage, await ctx.storage.read(importKey(row.id)));
    try {
      const problems = await inspectArchive(ctx, readSpooled(archive), row);
      if (problems.length > 0) return end(ctx, row, { status: 'refused', problems, report: null });
      const report = await rehearse(ctx, row, archive, signal);
      await end(ctx, row, { status: 'checked', problems: [], report });
    } finally {
      await archive.held.discard();
    }
  });
}

/** Puts an archive in, once, all of it or nothing. */
export async function runApply(ctx: AppContext, importId: string, signal?: AbortSignal): Promise<void> {
  const row = await begin(ctx, importId, 'applying');
  if (!row) return;
  await settling(ctx, row, 'failed', async () => {
    const archive = await spool(ctx.storage, await ctx.storage.read(importKey(row.id)));
    let files: StoredFiles | null = null;
    try {
      const loading = await loadingOf(ctx, row, false, signal);
      files = row.report?.files ? await storeFiles(ctx, archive, loading) : null;
      await inTransaction(ctx, (ctx) => put(ctx, row, archive, loading, files));
    } catch (error) {
      await files?.withdraw();
      throw error;
    } finally {
      await files?.discard();
      await archive.held.discard();
    }
    await ctx.storage
      .delete(importKey(row.id))
      .catch((err: unknown) => ctx.log.warn({ err, importId }, 'an archive is left to the sweep'));
  });
}

/** Null: there is nothing to do any more. */
async function begin(ctx: AppContext, importId: string, status: 'checking' | 'applying'): Promise<Import | null> {
  const its = and(eq(archiveImports.id, importId), eq(archiveImports.status, status));
  const [row] = await ctx.db
    .update(archiveImports)
    .set({ attempts: sql`attempts + 1`, doneRows: 0 })
    .where(and(its, lt(archiveImports.attempts, MOST_ATTEMPTS)))
    .returning();
  if (row) return row;
  await ctx.db
    .update(archiveImports)
    .set({ status: 'failed', statusReason: 'did-not-end', endedAt: ctx.clock.now() })
    .where(its);
  return null;
}

async function settling(
  ctx: AppContext,
  row: Import,
  refusal: 'refused' | 'failed',
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof ArchiveFault) {
      ctx.log.info({ importId: row.id, code: error.code, err: error.cause }, 'an archive was refused');
      return end(ctx, row, { status: refusal, problems: [error.problem], report: row.report });
    }
    if (error instanceof Interrupted) return;
    if (row.attempts >= MOST_ATTEMPTS)
      await end(ctx, row, { status: 'failed', problems: [], report: row.report, statusReason: 'did-not-end' });
    throw error;
  }
}

async function loadingOf(ctx: AppContext, row: Import, rehearsal: boolean, signal?: AbortSignal): Promise<Loading> {
  const serverId = await placeInstance(ctx).catch((error: unknown) => {
    if (error instanceof Problem) return null;
    throw error;
  });
  return {
    importId: row.id,
    mode: row.mode,
    targetId: row.targetId,
    emails: row.emails,
    passphrase: row.passphraseSealed === null ? null : ctx.secrets.open(row.passphraseSealed),
    serverId,
    rehearsal,
    onFile: null,
    onRows: followProgress(ctx, row, signal),
  };
}

async function rehearse(ctx: AppContext, row: Import, archive: Spooled, signal?: AbortSignal): Promise<ImportReport> {
  const loading = await loadingOf(ctx, row, true, signal);
  try {
    await inTransaction(ctx, async (ctx) => {
      await ctx.db.execute(TIMES);
      if (row.mode === 'empty') await requireEmpty(ctx, row);
      if (row.mode === 'replace') await requireQuiet(ctx, row.targetId!, false);
      const cleared = row.mode === 'empty' ? await clear(ctx, row) : null;
      const loaded = await loadArchive(ctx, readSpooled(archive), loading);
      if (cleared !== null) await joinAdmin(ctx, row, cleared);
      const more = await settleArrival(ctx, loading, loaded);
      throw new Rehearsed({ ...loaded.report, warnings: [...loaded.report.warnings, ...more] });
    });
  } catch (error) {
    if (error instanceof Rehearsed) return error.report;
    throw error;
  }
  throw new Error('a rehearsal was not taken back');
}

async function clear(ctx: AppContext, row: Import): Promise<Aside> {
  await ctx.db.execute(sql`select set_config('ulak.importing', 'on', true)`);
  return clearWay(ctx, row);
}

async function put(
  ctx: AppContext,
  row: Import,
  archive: Spooled,
  loading: Loading,
  files: StoredFiles | null,
): Promise<void> {
  await ctx.db.execute(TIMES);
  if (row.mode === 'empty') await requireEmpty(ctx, row);
  if (row.mode === 'replace') {
    await requireQuiet(ctx, row.targetId!, true);
    await ctx.db.execute(sql`select set_config('ulak.importing', 'on', true)`);
    await removeOrganization(ctx, row.targetId!);
  }
  const cleared = row.mode === 'empty' ? await clear(ctx, row) : null;
  const loaded = await loadArchive(ctx, readSpooled(archive), loading);
  await linkFiles(ctx, files, loaded.organizationId);
  const owner = cleared === null ? row : await joinAdmin(ctx, row, cleared);
  const more = await settleArrival(ctx, loading, loaded);
  await conclude(ctx, { ...row, organizationId: owner.organizationId, userId: owner.userId }, loaded, more);
}

/** In the transaction that put it in, so that nobody puts it in twice. */
async function conclude(ctx: AppContext, row: Import, loaded: Loaded, more: ArchiveProblem[]): Promise<void> {
  const report = { ...loaded.report, warnings: [...loaded.report.warnings, ...more] };
  const [applied] = await ctx.db
    .update(archiveImports)
    .set({
      status: 'applied',
      report,
      problems: [],
      passphraseSealed: null,
      storageKey: null,
      resultId: loaded.organizationId,
      doneRows: row.totalRows,
      endedAt: ctx.clock.now(),
    })
    .where(and(eq(archiveImports.id, row.id), eq(archiveImports.status, 'applying')))
    .returning();
  if (!applied) throw new Interrupted('somebody else has put it in');
  const actor = { type: 'job', id: null } as const;
  for (const organizationId of new Set([row.organizationId, loaded.organizationId ?? row.organizationId]))
    await recordActivity(
      { ...ctx, ...unasked, organizationId, userId: row.userId, actor },
      {
        verb: 'archive.import',
        subjectType: 'import',
        subjectId: row.id,
        details: { mode: row.mode, scope: report.scope, madeAt: report.madeAt, sha256: row.sha256 },
      },
    );
  await tell(ctx, applied);
}

type End = { status: Import['status']; problems: ArchiveProblem[]; report: ImportReport | null; statusReason?: string };

async function end(ctx: AppContext, row: Import, { statusReason, ...ended }: End): Promise<void> {
  const now = ctx.clock.now();
  const totalRows = Object.values(ended.report?.tables ?? {}).reduce((sum, rows) => sum + rows, 0);
  const [settled] = await ctx.db
    .update(archiveImports)
    .set({
      ...ended,
      statusReason: statusReason ?? null,
      totalRows: totalRows || row.totalRows,
      checkedAt: row.status === 'checking' ? now : row.checkedAt,
      endedAt: row.status === 'applying' ? now : null,
    })
    .where(and(eq(archiveImports.id, row.id), eq(archiveImports.status, row.status)))
    .returning();
  if (settled) await tell(ctx, settled);
}

/** Written down outside of the transaction that puts it in; throws when somebody has thrown it away. */
function followProgress(ctx: AppContext, row: Import, signal?: AbortSignal): (count: number) => Promise<void> {
  let [done, told] = [0, 0];
  return async (count) => {
    if (signal?.aborted) throw new Error('the process stops');
    done += count;
    if (done - told < 5_000) return;
    told = done;
    const [current] = await ctx.db
      .update(archiveImports)
      .set({ doneRows: done })
      .where(
        and(
          eq(archiveImports.id, row.id),
          inArray(archiveImports.status, ['checking', 'applying']),
          ne(archiveImports.status, 'discarded'),
        ),
      )
      .returning();
    if (!current) throw new Interrupted('it was thrown away');
    await tell(ctx, current);
  };
}

const tell = (ctx: AppContext, { id, organizationId, status, doneRows, totalRows }: Import) =>
  publishLiveEvent(
    { ...ctx, organizationId },
    { type: 'archive-import.progress', data: { importId: id, status, rows: doneRows, totalRows } },
  );
