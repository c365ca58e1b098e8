import { and, eq, isNotNull, isNull, sql } from 'drizzle-orm';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { customers } from '#src/db/schema/customers.ts';
import { notFound, Problem } from '#src/platform/problem.ts';
import type { CustomerRow } from './consent-queries.ts';
import { TAKEN } from './create-customer.ts';
import { customerMissing } from './customer-missing.ts';
import { phoneTakenNow } from './phone-taken.ts';
import { postgresCode } from './postgres-code.ts';
import { getCustomer } from './queries.ts';

/**
 * Takes a customer out of the bin, with everything that hangs on him and back into his groups. Throws `not-found` once he is erased, `conflict`
 * where he is not deleted, `already-exists` where somebody else has one of his phones by now.
 */
export function restoreCustomer(ctx: OrgContext, id: string): Promise<CustomerRow> {
  return inTransaction(ctx, async (ctx) => {
    const mine = and(
      eq(customers.id, id),
      eq(customers.organizationId, ctx.organizationId),
      isNull(customers.erasedAt),
    );
    const [found] = await ctx.db.select().from(customers).where(mine).for('update');
    if (!found) throw notFound();
    if (found.mergedIntoId !== null) throw await customerMissing(ctx, id);
    if (found.deletedAt === null)
      throw new Problem('conflict', { detail: { en: 'This customer is not deleted', tr: 'Bu müşteri silinmemiş' } });
    await revive(ctx, id);
    await joinGroups(ctx, id);
    await recordActivity(ctx, { verb: 'customers.restore', subjectType: 'customer', subjectId: id });
    return getCustomer(ctx, id);
  });
}

async function revive(ctx: OrgContext, id: string): Promise<void> {
  try {
    await ctx.db.transaction((savepoint) =>
      savepoint
        .update(customers)
        .set({ deletedAt: null, updatedAt: ctx.clock.now() })
        .where(and(eq(customers.id, id), isNotNull(customers.deletedAt))),
    );
  } catch (error) {
    if (!TAKEN.has(postgresCode(error) ?? '')) throw error;
    throw await phoneTakenNow(ctx, await phonesOf(ctx, id), id);
  }
}

async function phonesOf(ctx: OrgContext, id: string): Promise<string[]> {
  const rows = await ctx.db.execute<{ address: string }>(
    sql`select address from customer_addresses where customer_id = ${id}::uuid and kind = 'phone'`,
  );
  return rows.map(({ address }) => address);
}

/** The groups he was in when he was deleted, as far as they are still there. */
const joinGroups = (ctx: OrgContext, id: string): Promise<unknown> =>
  ctx.db.execute(sql`
    insert into group_members (group_id, customer_id, organization_id, created_at)
    select g.id, ${id}::uuid, g.organization_id, ${ctx.clock.now().toISOString()}::timestamptz
    from (
      select details from activities where organization_id = ${ctx.organizationId}::uuid and subject_type = 'customer' and subject_id = ${id}
        and verb = 'customers.delete' order by created_at desc, id desc limit 1
    ) last
    cross join lateral jsonb_array_elements_text(coalesce(last.details -> 'groupIds', '[]')) as was(group_id)
    join groups g on g.id = was.group_id::uuid and g.organization_id = ${ctx.organizationId}::uuid
    on conflict do nothing`);
