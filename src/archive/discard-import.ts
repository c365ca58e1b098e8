import { and, eq, inArray } from 'drizzle-orm';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { requireAdmin } from '#src/admin/require-admin.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { archiveImports } from '#src/db/schema/archive.ts';
import { notNow } from './check-import.ts';
import { type Import, importKey } from './import.ts';
import { getImport } from './queries.ts';

/** Throws an archive away that is not being put in. Throws `not-found`, `conflict`. */
export async function discardImport(ctx: OrgContext, id: string): Promise<Import> {
  const discarded = await inTransaction(ctx, async (ctx) => {
    requireAdmin(ctx);
    const before = await getImport(ctx, id);
    const [row] = await ctx.db
      .update(archiveImports)
      .set({ status: 'discarded', storageKey: null, passphraseSealed: null, endedAt: ctx.clock.now() })
      .where(
        and(eq(archiveImports.id, id), inArray(archiveImports.status, ['checking', 'checked', 'refused', 'failed'])),
      )
      .returning();
    if (!row) throw notNow(before);
    await recordActivity(ctx, {
      verb: 'archive.discard-import',
      subjectType: 'import',
      subjectId: id,
      changes: { status: [before.status, row.status] },
    });
    return row;
  });
  await ctx.storage.delete(importKey(id)).catch((err: unknown) => ctx.log.warn({ err, id }, 'left to the sweep'));
  return discarded;
}
