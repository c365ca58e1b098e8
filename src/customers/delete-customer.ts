import { and, eq } from 'drizzle-orm';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { customers, groupMembers } from '#src/db/schema/customers.ts';
import { notFound } from '#src/platform/problem.ts';
import { customerConditions } from './customer-conditions.ts';

const ERASED = { firstName: '', lastName: null, phone: null, email: null, tags: [], note: null, searchText: '' };

/**
 * Erases who the customer was and frees the phone. The row stays, for the campaigns that point at it; suppressions stay,
 * being about the address.
 */
export function deleteCustomer(ctx: OrgContext, id: string): Promise<void> {
  return inTransaction(ctx, async (ctx) => {
    const now = ctx.clock.now();
    const [row] = await ctx.db
      .update(customers)
      .set({ ...ERASED, deletedAt: now, updatedAt: now })
      .where(and(eq(customers.id, id), customerConditions(ctx, {})))
      .returning({ id: customers.id });
    if (!row) throw notFound();
    await ctx.db.delete(groupMembers).where(eq(groupMembers.customerId, id));
    await recordActivity(ctx, { verb: 'customers.delete', subjectType: 'customer', subjectId: id });
  });
}
