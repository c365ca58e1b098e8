import { and, eq } from 'drizzle-orm';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { groups } from '#src/db/schema/groups.ts';
import { notFound } from '#src/platform/problem.ts';

/** Removes a group; its customers stay. */
export function deleteGroup(ctx: OrgContext, id: string): Promise<void> {
  return inTransaction(ctx, async (ctx) => {
    const [gone] = await ctx.db
      .delete(groups)
      .where(and(eq(groups.id, id), eq(groups.organizationId, ctx.organizationId)))
      .returning({ name: groups.name });
    if (!gone) throw notFound();
    await recordActivity(ctx, {
      verb: 'groups.delete',
      subjectType: 'group',
      subjectId: id,
      details: { name: gone.name },
    });
  });
}
