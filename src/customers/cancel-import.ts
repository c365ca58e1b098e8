import { and, eq, isNull, sql } from 'drizzle-orm';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { customerImports } from '#src/db/schema/customer-imports.ts';
import { Problem } from '#src/platform/problem.ts';
import { getImport, type ImportRecord } from './import-queries.ts';
import { publishImportProgress } from './publish-import-progress.ts';

/** Stops an import after the rows at hand, or throws a draft away; the file goes. Customers who are in already stay. Throws 409 when it is over. */
export async function cancelImport(ctx: OrgContext, id: string): Promise<ImportRecord> {
  const { storageKey } = await getImport(ctx, id);
  const cancelled = await inTransaction(ctx, async (ctx) => {
    const [row] = await ctx.db
      .update(customerImports)
      .set({
        status: 'cancelled',
        statusReason: 'cancelled',
        endedAt: ctx.clock.now(),
        expiresAt: sql`case when ${customerImports.rejectedCount} > 0 then ${customerImports.expiresAt} end`,
      })
      .where(
        and(
          eq(customerImports.id, id),
          eq(customerImports.organizationId, ctx.organizationId),
          isNull(customerImports.endedAt),
        ),
      )
      .returning();
    if (!row)
      throw new Problem('conflict', {
        detail: { en: 'This import is over already', tr: 'Bu içe aktarma zaten bitti' },
      });
    await publishImportProgress(ctx, id);
    await recordActivity(ctx, { verb: 'customers.import-cancelled', subjectType: 'import', subjectId: id });
    return row;
  });
  await ctx.storage.delete(storageKey);
  return cancelled;
}
