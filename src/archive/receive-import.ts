import { Readable } from 'node:stream';
import type { ReadableStream as WebStream } from 'node:stream/web';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { requireAdmin } from '#src/admin/require-admin.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { archiveImports } from '#src/db/schema/archive.ts';
import { newId } from '#src/platform/ids.ts';
import { invalid } from '#src/platform/problem.ts';
import { tooLarge } from '#src/platform/read-request.ts';
import { DAY_MS } from './export.ts';
import { type Import, type ImportMode, importKey } from './import.ts';
import { checkImportJob } from './jobs.ts';
import { requireTarget } from './require-target.ts';
import { spool } from './spool.ts';

/**
 * Takes an archive in, and has its import rehearsed: nothing is changed until that is applied. Memory stays flat. Throws `too-large` at the
 * byte that is one too many, `not-found` for a target that is not there, `invalid-request`.
 */
export async function receiveImport(
  ctx: OrgContext,
  request: Request,
  { mode, targetId }: { mode: ImportMode; targetId: string | null },
): Promise<Import> {
  requireAdmin(ctx);
  await requireTarget(ctx, mode, targetId);
  const { held, bytes, sha256 } = await spool(ctx.storage, limited(bodyOf(request), ctx.config.archives.limitBytes));
  const id = newId();
  const storageKey = importKey(id);
  try {
    if (bytes === 0) throw invalid('body', { en: 'The file is empty', tr: 'Dosya boş' });
    await held.keep(storageKey);
  } catch (error) {
    await held.discard();
    throw error;
  }
  const record = (ctx: OrgContext) => {
    const now = ctx.clock.now();
    const { organizationId, userId } = ctx;
    const expiresAt = new Date(now.getTime() + ctx.config.archives.keepDays * DAY_MS);
    const from = { organizationId, userId, mode, targetId, storageKey, sizeBytes: bytes, sha256 };
    return ctx.db
      .insert(archiveImports)
      .values({ id, ...from, createdAt: now, checkedAt: now, expiresAt })
      .returning();
  };
  return inTransaction(ctx, async (ctx) => {
    const [row] = await record(ctx);
    await ctx.jobs.send(checkImportJob, { importId: id });
    await recordActivity(ctx, {
      verb: 'archive.receive-import',
      subjectType: 'import',
      subjectId: id,
      details: { mode, targetId, sizeBytes: bytes, sha256 },
    });
    return row!;
  }).catch(async (error: unknown) => {
    await ctx.storage.delete(storageKey);
    throw error;
  });
}

const bodyOf = (request: Request): Readable =>
  request.body ? Readable.fromWeb(request.body as WebStream) : Readable.from([]);

async function* limited(content: Readable, limitBytes: number): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of content as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    if (bytes > limitBytes) throw tooLarge(limitBytes);
    yield chunk;
  }
}
