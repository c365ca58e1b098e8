import { and, eq, sql } from 'drizzle-orm';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { customers } from '#src/db/schema/customers.ts';
import { customerConditions } from './customer-conditions.ts';
import { customerMissing } from './customer-missing.ts';

/**
 * Puts a customer into the bin: he is nobody's recipient any more and his phones are free. `restoreCustomer` takes him out again; after the days
 * that the configuration says he is erased.
 */
export function deleteCustomer(ctx: OrgContext, id: string): Promise<void> {
  return inTransaction(ctx, async (ctx) => {
    const [found] = await ctx.db
      .select({ id: customers.id })
      .from(customers)
      .where(and(eq(customers.id, id), customerConditions(ctx, {})))
      .for('no key update');
    if (!found) throw await customerMissing(ctx, id);
    const now = ctx.clock.now();
    await ctx.db.update(customers).set({ deletedAt: now, updatedAt: now }).where(eq(customers.id, id));
    const groupIds = await leaveGroups(ctx, id);
    await recordActivity(ctx, {
      verb: 'customers.delete',
      subjectType: 'customer',
      subjectId: id,
      // where he belongs again when he is restored
      details: { groupIds },
    });
  });
}

/** Answers which they were. */
export async function leaveGroups(ctx: OrgContext, id: string): Promise<string[]> {
  const left = await ctx.db.execute<{ group_id: string }>(
    sql`delete from group_members where customer_id = ${id}::uuid returning group_id`,
  );
  return left.map((row) => row.group_id);
}
