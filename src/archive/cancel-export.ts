import { and, eq, inArray } from 'drizzle-orm';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { archiveExports } from '#src/db/schema/archive.ts';
import { Problem } from '#src/platform/problem.ts';
import { type Export, exportKey, OPEN } from './export.ts';
import { getExport, type Viewer } from './queries.ts';

/** Ends an export that is under way, or throws away one that is there. Throws `not-found`, and `conflict` for one that has ended otherwise. */
export async function cancelExport(ctx: OrgContext, id: string, as: Viewer): Promise<Export> {
  const cancelled = await inTransaction(ctx, async (ctx) => {
    const before = await getExport(ctx, id, as);
    const [row] = await ctx.db
      .update(archiveExports)
      .set({ status: 'cancelled', passphraseSealed: null, storageKey: null, endedAt: ctx.clock.now() })
      .where(and(eq(archiveExports.id, id), inArray(archiveExports.status, [...OPEN, 'completed'])))
      .returning();
    if (!row)
      throw new Problem('conflict', {
        detail: { en: 'It has ended already', tr: 'Zaten sona erdi' },
        members: { exportStatus: before.status },
      });
    await recordActivity(ctx, {
      verb: 'archive.cancel-export',
      subjectType: 'export',
      subjectId: id,
      changes: { status: [before.status, row.status] },
    });
    return row;
  });
  await ctx.storage.delete(exportKey(id)).catch((err: unknown) => ctx.log.warn({ err, id }, 'left to the sweep'));
  return cancelled;
}
