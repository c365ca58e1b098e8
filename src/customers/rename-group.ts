import { and, eq } from 'drizzle-orm';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { groups } from '#src/db/schema/groups.ts';
import { notFound } from '#src/platform/problem.ts';
import { groupNameTaken } from './group-name-taken.ts';
import { postgresCode } from './postgres-code.ts';
import { type GroupRow, getGroup } from './queries.ts';

/** Gives a group another name. Throws `already-exists` when it is taken. */
export function renameGroup(ctx: OrgContext, id: string, { name }: { name: string }): Promise<GroupRow> {
  return inTransaction(ctx, async (ctx) => {
    if (!(await rename(ctx, id, name))) throw notFound();
    await recordActivity(ctx, { verb: 'groups.rename', subjectType: 'group', subjectId: id, details: { name } });
    return getGroup(ctx, id);
  });
}

async function rename(ctx: OrgContext, id: string, name: string): Promise<boolean> {
  try {
    const renamed = await ctx.db.transaction((savepoint) =>
      savepoint
        .update(groups)
        .set({ name, updatedAt: ctx.clock.now() })
        .where(and(eq(groups.id, id), eq(groups.organizationId, ctx.organizationId)))
        .returning({ id: groups.id }),
    );
    return renamed.length > 0;
  } catch (error) {
    if (postgresCode(error) !== '23505') throw error;
    throw await groupNameTaken(ctx, name);
  }
}
