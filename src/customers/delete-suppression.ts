import { and, eq } from 'drizzle-orm';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { suppressions } from '#src/db/schema/customers.ts';
import { notFound } from '#src/platform/problem.ts';

/** Lets the address be written to again. */
export function deleteSuppression(ctx: OrgContext, id: string): Promise<void> {
  return inTransaction(ctx, async (ctx) => {
    const [gone] = await ctx.db
      .delete(suppressions)
      .where(and(eq(suppressions.id, id), eq(suppressions.organizationId, ctx.organizationId)))
      .returning({ level: suppressions.level });
    if (!gone) throw notFound();
    await recordActivity(ctx, {
      verb: 'suppressions.delete',
      subjectType: 'suppression',
      subjectId: id,
      details: { level: gone.level },
    });
  });
}
