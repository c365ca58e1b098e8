import { and, eq, isNull, sql } from 'drizzle-orm';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { type AppContext, inTransaction, type OrgContext } from '#src/context.ts';
import { customers } from '#src/db/schema/customers.ts';
import { notFound } from '#src/platform/problem.ts';
import { customerMissing } from './customer-missing.ts';
import { customerTables } from './customer-tables.ts';
import { eraseTracesJob } from './jobs.ts';

const ERASED = {
  firstName: '',
  lastName: null,
  phone: null,
  email: null,
  city: null,
  language: null,
  birthday: null,
  tags: [],
  customFields: {},
  note: null,
  searchText: '',
};

/**
 * Erases who a customer was, living or in the bin, and whoever was merged into him, for good (KVKK art. 7): at once in his row and all that
 * hangs on it, but for what was said, which a job erases in batches. Figures stay, and so do consent, as evidence, and suppressions, which know
 * his addresses by their hashes. Throws `not-found` where he is erased already.
 */
export function eraseCustomer(ctx: OrgContext, id: string): Promise<void> {
  return inTransaction(ctx, async (ctx) => {
    const [found] = await ctx.db
      .select({ mergedIntoId: customers.mergedIntoId })
      .from(customers)
      .where(and(eq(customers.id, id), eq(customers.organizationId, ctx.organizationId), isNull(customers.erasedAt)))
      .for('update');
    if (!found) throw notFound();
    if (found.mergedIntoId !== null) throw await customerMissing(ctx, id);
    const merged = await ctx.db
      .select({ id: customers.id })
      .from(customers)
      .where(and(eq(customers.mergedIntoId, id), isNull(customers.erasedAt)));
    for (const one of [{ id }, ...merged]) await erasePerson(ctx, ctx.organizationId, one.id);
    await recordActivity(ctx, { verb: 'customers.erase', subjectType: 'customer', subjectId: id });
  });
}

/** In the caller's transaction, which has the row locked. */
export async function erasePerson(ctx: AppContext, organizationId: string, id: string): Promise<void> {
  const now = ctx.clock.now();
  await eraseAddresses(ctx, organizationId, id);
  // first: it finds what hangs on him by the rows that go now
  await ctx.db.execute(sql`select erase_activities(${organizationId}::uuid, ${id}::uuid)`);
  await ctx.db
    .update(customers)
    .set({
      ...ERASED,
      deletedAt: sql`coalesce(${customers.deletedAt}, ${now.toISOString()}::timestamptz)`,
      erasedAt: now,
      updatedAt: now,
    })
    .where(eq(customers.id, id));
  for (const { erase } of Object.values(customerTables)) if (typeof erase !== 'string') await ctx.db.execute(erase(id));
  await eraseTold(ctx, organizationId, id);
  await ctx.jobs.send(eraseTracesJob, { customerId: id });
}

/** What is kept by the address itself, of those that no other living customer of the organization has. */
async function eraseAddresses(ctx: AppContext, organizationId: string, id: string): Promise<void> {
  const rows = await ctx.db.execute<{ address: string }>(sql`
    select address from customer_addresses his where customer_id = ${id}::uuid and not exists (
      select from customer_addresses other where other.organization_id = his.organization_id and other.kind = his.kind
        and other.address = his.address and other.customer_id <> his.customer_id and other.deleted_at is null)`);
  if (rows.length === 0) return;
  const his = sql`${sql.param(rows.map(({ address }) => address))}::text[]`;
  const organization = sql`${organizationId}::uuid`;
  const evidence = sql`evidence - '{text,ip,userAgent}'::text[]`;
  await ctx.db.execute(sql`
    update suppressions set phone = null, evidence = ${evidence} where organization_id = ${organization} and phone = any(${his})`);
  await ctx.db.execute(sql`
    update suppressions set email = null, evidence = ${evidence} where organization_id = ${organization} and email = any(${his})`);
  await ctx.db.execute(sql`delete from number_checks where phone = any(${his})`);
  await ctx.db.execute(sql`delete from lids where organization_id = ${organization} and phone = any(${his})`);
  await ctx.db.execute(sql`
    update mails set address = '', data = '{}', status = case when status = 'queued' then 'failed' else status end,
      status_reason = case when status = 'queued' then 'customer-deleted' else status_reason end
    where organization_id = ${organization} and address = any(${his})`);
}

/** What front ends and endpoints were told of him. */
async function eraseTold(ctx: AppContext, organizationId: string, id: string): Promise<void> {
  const organization = sql`${organizationId}::uuid`;
  await ctx.db.execute(
    sql`delete from live_events where organization_id = ${organization} and data ->> 'customerId' = ${id}`,
  );
  await ctx.db.execute(sql`
    with told as (
      update webhook_events set data = jsonb_build_object('customerId', ${id}::text, 'erased', true)
      where organization_id = ${organization} and data ->> 'customerId' = ${id} returning id
    )
    update webhook_attempts a set response = null from webhook_deliveries d join told on told.id = d.event_id where a.delivery_id = d.id`);
  await ctx.db.execute(sql`
    update email_hits h set user_agent = null from campaign_recipients r where r.customer_id = ${id}::uuid and h.recipient_id = r.id`);
}
