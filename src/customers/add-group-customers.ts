import { sql } from 'drizzle-orm';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { type GroupRow, getGroup } from './queries.ts';
import { requireCustomers } from './require-customers.ts';

/** Makes these customers members; who is one already stays one. All or none. */
export function addGroupCustomers(ctx: OrgContext, groupId: string, customerIds: string[]): Promise<GroupRow> {
  return inTransaction(ctx, async (ctx) => {
    await getGroup(ctx, groupId);
    await requireCustomers(ctx, customerIds);
    const added = await ctx.db.execute(sql`
      insert into group_members (group_id, customer_id, organization_id, created_at)
      select grp.id, given.id, grp.organization_id, ${ctx.clock.now().toISOString()}::timestamptz
      from groups grp cross join (select distinct unnest(${sql.param(customerIds)}::uuid[]) as id) given
      where grp.id = ${groupId}::uuid and grp.organization_id = ${ctx.organizationId}::uuid
      order by given.id
      on conflict do nothing returning 1`);
    await recordActivity(ctx, {
      verb: 'groups.add-customers',
      subjectType: 'group',
      subjectId: groupId,
      details: { count: added.length },
    });
    return getGroup(ctx, groupId);
  });
}
