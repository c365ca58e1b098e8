import { eq } from 'drizzle-orm';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { errorGroups } from '#src/db/schema/logs.ts';
import { notFound, Problem } from '#src/platform/problem.ts';

/** Says that a kind of error is dealt with, or is not after all. Nothing happens where that is known. One that comes again opens itself. */
export async function judgeError(ctx: OrgContext, id: string, resolved: boolean): Promise<void> {
  if (!ctx.isAdmin) throw new Problem('forbidden');
  await inTransaction(ctx, async (ctx) => {
    const [group] = await ctx.db
      .select({ resolvedAt: errorGroups.resolvedAt, reopenings: errorGroups.reopenings })
      .from(errorGroups)
      .where(eq(errorGroups.id, id))
      .for('no key update');
    if (!group) throw notFound();
    if ((group.resolvedAt !== null) === resolved) return;
    const now = ctx.clock.now();
    await ctx.db
      .update(errorGroups)
      .set(
        resolved
          ? { resolvedAt: now, resolvedBy: ctx.userId }
          : { resolvedAt: null, resolvedBy: null, reopenedAt: now, reopenings: group.reopenings + 1 },
      )
      .where(eq(errorGroups.id, id));
    await recordActivity(ctx, {
      verb: resolved ? 'logs.resolve-error' : 'logs.reopen-error',
      subjectType: 'error',
      subjectId: id,
      changes: { resolved: [!resolved, resolved] },
    });
  });
}
