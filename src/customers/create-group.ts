import { recordActivity } from '#src/accounts/record-activity.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { groups } from '#src/db/schema/groups.ts';
import { newId } from '#src/platform/ids.ts';
import { groupNameTaken } from './group-name-taken.ts';
import { type GroupRow, getGroup } from './queries.ts';

/** Adds an empty group. Throws `already-exists` when its name is taken. */
export function createGroup(ctx: OrgContext, { name }: { name: string }): Promise<GroupRow> {
  return inTransaction(ctx, async (ctx) => {
    const now = ctx.clock.now();
    const values = { id: newId(), organizationId: ctx.organizationId, name, createdAt: now, updatedAt: now };
    const [made] = await ctx.db.insert(groups).values(values).onConflictDoNothing().returning({ id: groups.id });
    if (!made) throw await groupNameTaken(ctx, name);
    await recordActivity(ctx, { verb: 'groups.create', subjectType: 'group', subjectId: made.id, details: { name } });
    return getGroup(ctx, made.id);
  });
}
