import { and, eq, isNotNull } from 'drizzle-orm';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { requireAdmin } from '#src/admin/require-admin.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { organizations } from '#src/db/schema/accounts.ts';
import { archiveImports } from '#src/db/schema/archive.ts';
import { invalid } from '#src/platform/problem.ts';
import { notNow } from './check-import.ts';
import type { Import } from './import.ts';
import { applyImportJob } from './jobs.ts';
import { getImport } from './queries.ts';

/** Has an archive put in that was rehearsed and found good. Who replaces an organization writes its name. Throws `not-found`, `conflict`. */
export const applyImport = (
  ctx: OrgContext,
  id: string,
  { confirm }: { confirm?: string | undefined },
): Promise<Import> =>
  inTransaction(ctx, async (ctx) => {
    requireAdmin(ctx);
    const before = await getImport(ctx, id);
    if (before.mode === 'replace') await requireConfirmed(ctx, before.targetId!, confirm);
    const [row] = await ctx.db
      .update(archiveImports)
      .set({ status: 'applying', attempts: 0, doneRows: 0, checkedAt: ctx.clock.now() })
      .where(and(eq(archiveImports.id, id), eq(archiveImports.status, 'checked'), isNotNull(archiveImports.storageKey)))
      .returning();
    if (!row) throw notNow(before);
    await ctx.jobs.send(applyImportJob, { importId: id });
    await recordActivity(ctx, {
      verb: 'archive.apply-import',
      subjectType: 'import',
      subjectId: id,
      details: { mode: row.mode, targetId: row.targetId, sha256: row.sha256 },
    });
    return row;
  });

async function requireConfirmed(ctx: OrgContext, organizationId: string, confirm: string | undefined): Promise<void> {
  const [target] = await ctx.db
    .select({ name: organizations.name })
    .from(organizations)
    .where(eq(organizations.id, organizationId));
  if (!target || target.name !== confirm)
    throw invalid('confirm', {
      en: 'Write the name of the organization that is replaced',
      tr: 'Yerine geçilecek firmanın adını yazın',
    });
}
