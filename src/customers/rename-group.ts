import { and, eq } from 'drizzle-orm';
import { changesOf } from '#src/accounts/changes-of.ts';
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
    const before = await lockGroup(ctx, id);
    await rename(ctx, id, name);
    const changes = changesOf(before, { name }, ['name']);
    await recordActivity(ctx, { verb: 'groups.rename', subjectType: 'group', subjectId: id, changes });
    return getGroup(ctx, id);
  });
}

async function lockGroup(ctx: OrgContext, id: string) {
  const [group] = await ctx.db
    .select({ name: groups.name })
    .from(groups)
    .where(and(eq(groups.id, id), eq(groups.organizationId, ctx.organizationId)))
    .for('no key update');
  if (!group) throw notFound();
  return group;
}

async function rename(ctx: OrgContext, id: string, name: string): Promise<void> {
  try {
    await ctx.db.transaction((savepoint) =>
      savepoint.update(groups).set({ name, updatedAt: ctx.clock.now() }).where(eq(groups.id, id)),
    );
  } catch (error) {
    if (postgresCode(error) !== '23505') throw error;
    throw await groupNameTaken(ctx, name);
  }
}
