import { and, eq, sql } from 'drizzle-orm';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { customers, groupMembers } from '#src/db/schema/customers.ts';
import { notFound } from '#src/platform/problem.ts';
import { customerConditions } from './customer-conditions.ts';
import { eraseTracesJob } from './jobs.ts';

const ERASED = { firstName: '', lastName: null, phone: null, email: null, tags: [], note: null, searchText: '' };

/**
 * Erases who the customer was and frees the phone. The row stays, for the campaigns that point at it, and so does the consent
 * history, as evidence; suppressions stay, being about the address. What was said in conversations is erased by a job.
 */
export function deleteCustomer(ctx: OrgContext, id: string): Promise<void> {
  return inTransaction(ctx, async (ctx) => {
    const now = ctx.clock.now();
    const [before] = await ctx.db
      .select({ email: customers.email })
      .from(customers)
      .where(and(eq(customers.id, id), customerConditions(ctx, {})))
      .for('no key update');
    if (!before) throw notFound();
    await ctx.db
      .update(customers)
      .set({ ...ERASED, deletedAt: now, updatedAt: now })
      .where(eq(customers.id, id));
    await eraseAddress(ctx, before.email);
    await ctx.db.delete(groupMembers).where(eq(groupMembers.customerId, id));
    await ctx.jobs.send(eraseTracesJob, { customerId: id });
    await recordActivity(ctx, { verb: 'customers.delete', subjectType: 'customer', subjectId: id });
  });
}

/** What closes an address to marketing mail needs its hash only; the address goes with the last customer who has it. */
async function eraseAddress(ctx: OrgContext, email: string | null): Promise<void> {
  if (email === null) return;
  await ctx.db.execute(sql`
    update suppressions set email = null
    where organization_id = ${ctx.organizationId}::uuid and email = ${email} and scope = 'email' and not exists (
      select from customers other
      where other.organization_id = ${ctx.organizationId}::uuid and other.email = ${email} and other.deleted_at is null)`);
}
