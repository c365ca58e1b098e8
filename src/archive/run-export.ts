import { and, eq, inArray, lt, sql } from 'drizzle-orm';
import { findCorrespondent } from '#src/accounts/find-correspondent.ts';
import { type AppContext, inTransaction } from '#src/context.ts';
import { archiveExports } from '#src/db/schema/archive.ts';
import { publishLiveEvent } from '#src/live/publish-live-event.ts';
import { queueMail } from '#src/mails/queue-mail.ts';
import { DAY_MS, type Export, exportKey, MOST_ATTEMPTS, OPEN, percentOf } from './export.ts';
import type { Spooled } from './spool.ts';
import { type OnProgress, writeArchive } from './write-archive.ts';

/** Somebody has cancelled it, or the process stops. */
class Interrupted extends Error {}

/**
 * Makes an archive that was asked for. However often it runs, and wherever it is cut off, there is one file and one mail: both are settled
 * with the row. What a killed process leaves on a disk is swept.
 */
export async function runExport(ctx: AppContext, exportId: string, signal?: AbortSignal): Promise<void> {
  const [row] = await ctx.db
    .update(archiveExports)
    .set({
      status: 'running',
      attempts: sql`attempts + 1`,
      startedAt: sql`coalesce(started_at, ${ctx.clock.now().toISOString()}::timestamptz)`,
      doneTables: 0,
      doneRows: 0,
      doneBytes: 0,
    })
    .where(
      and(
        eq(archiveExports.id, exportId),
        inArray(archiveExports.status, [...OPEN]),
        lt(archiveExports.attempts, MOST_ATTEMPTS),
      ),
    )
    .returning();
  if (!row) return giveUp(ctx, exportId);
  try {
    const passphrase = row.passphraseSealed === null ? null : ctx.secrets.open(row.passphraseSealed);
    const wish = { organizationId: row.subjectId, includeFiles: row.includeFiles, passphrase };
    await complete(ctx, row, await writeArchive(ctx, wish, followProgress(ctx, row, signal)));
  } catch (error) {
    if (error instanceof Interrupted && !signal?.aborted) return;
    if (row.attempts >= MOST_ATTEMPTS) await giveUp(ctx, exportId);
    throw error;
  }
}

/** Writes down and tells how far it is, now and then. */
function followProgress(ctx: AppContext, { id }: Export, signal: AbortSignal | undefined): OnProgress {
  let told = -1;
  return async (progress) => {
    if (signal?.aborted) throw new Interrupted('the process stops');
    const step = Math.floor((progress.doneRows * 50) / Math.max(progress.totalRows, 1));
    if (step === told) return;
    told = step;
    const [row] = await ctx.db
      .update(archiveExports)
      .set(progress)
      .where(and(eq(archiveExports.id, id), eq(archiveExports.status, 'running')))
      .returning();
    if (!row) throw new Interrupted('it was cancelled');
    await tell(ctx, row);
  };
}

const tell = (ctx: AppContext, row: Export) =>
  publishLiveEvent(
    { ...ctx, organizationId: row.organizationId },
    {
      type: 'export.progress',
      data: { exportId: row.id, status: row.status, percent: percentOf(row), rows: row.doneRows, bytes: row.doneBytes },
    },
  );

async function complete(ctx: AppContext, { id }: Export, { held, bytes, sha256 }: Spooled): Promise<void> {
  const storageKey = exportKey(id);
  try {
    await held.keep(storageKey);
  } catch (error) {
    await held.discard();
    throw error;
  }
  const settled = await inTransaction(ctx, async (ctx) => {
    const now = ctx.clock.now();
    const [completed] = await ctx.db
      .update(archiveExports)
      .set({
        status: 'completed',
        passphraseSealed: null,
        storageKey,
        sizeBytes: bytes,
        sha256,
        endedAt: now,
        expiresAt: new Date(now.getTime() + ctx.config.archives.keepDays * DAY_MS),
      })
      .where(and(eq(archiveExports.id, id), eq(archiveExports.status, 'running')))
      .returning();
    if (!completed) return false;
    await tell(ctx, completed);
    await mailReady(ctx, completed);
    return true;
  });
  if (!settled) await ctx.storage.delete(storageKey);
}

/** To whoever asked, in his language; the link asks him to sign in. */
async function mailReady(ctx: AppContext, { id, userId, organizationId, subjectId, language }: Export): Promise<void> {
  const reader = await findCorrespondent(ctx, { userId });
  if (!reader) return;
  const path = subjectId === organizationId ? `/v1/exports/${id}/content` : `/v1/admin/exports/${id}/content`;
  await queueMail(ctx, {
    kind: 'export-ready',
    organizationId,
    language,
    address: reader.email,
    data: { name: reader.name, url: `${ctx.publicUrl}${path}` },
  });
}

/** Says of one that was tried too often that it failed. */
async function giveUp(ctx: AppContext, id: string): Promise<void> {
  const [row] = await ctx.db
    .update(archiveExports)
    .set({ status: 'failed', statusReason: 'could-not-be-made', passphraseSealed: null, endedAt: ctx.clock.now() })
    .where(
      and(
        eq(archiveExports.id, id),
        inArray(archiveExports.status, [...OPEN]),
        sql`${archiveExports.attempts} >= ${MOST_ATTEMPTS}`,
      ),
    )
    .returning();
  if (row) await tell(ctx, row);
}
