import { and, eq, inArray } from 'drizzle-orm';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { groupMembers } from '#src/db/schema/groups.ts';
import { type GroupRow, getGroup } from './queries.ts';
import { requireCustomers } from './require-customers.ts';

/** Ends the membership of these customers; who is no member is passed over. All or none. */
export function removeGroupCustomers(ctx: OrgContext, groupId: string, customerIds: string[]): Promise<GroupRow> {
  return inTransaction(ctx, async (ctx) => {
    await getGroup(ctx, groupId);
    await requireCustomers(ctx, customerIds);
    const removed = await ctx.db
      .delete(groupMembers)
      .where(and(eq(groupMembers.groupId, groupId), inArray(groupMembers.customerId, customerIds)))
      .returning({ customerId: groupMembers.customerId });
    await recordActivity(ctx, {
      verb: 'groups.remove-customers',
      subjectType: 'group',
      subjectId: groupId,
      details: { count: removed.length },
    });
    return getGroup(ctx, groupId);
  });
}
