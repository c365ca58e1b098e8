import { sql } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { searchTextOf } from './customer.ts';
import type { ImportCustomer } from './plan-import-batch.ts';

/** Creates or replaces these customers in one statement. Rows go in by phone, so that two imports meet in one order. */
export async function writeImportBatch(ctx: OrgContext, customers: ImportCustomer[]): Promise<void> {
  if (customers.length === 0) return;
  const rows = customers.map((customer) => ({ ...customer, searchText: searchTextOf(customer) }));
  const now = sql`${ctx.clock.now().toISOString()}::timestamptz`;
  await ctx.db.execute(sql`
    insert into customers (id, organization_id, first_name, last_name, phone, email, country_code, source, tags, note,
      search_text, created_at, updated_at)
    select id, ${ctx.organizationId}::uuid, "firstName", "lastName", phone, email, "countryCode", source, tags, note,
      "searchText", ${now}, ${now}
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as given (id uuid, "firstName" text, "lastName" text, phone text,
      email text, "countryCode" text, source text, tags text[], note text, "searchText" text)
    order by phone, id
    on conflict (id) do update set first_name = excluded.first_name, last_name = excluded.last_name, phone = excluded.phone,
      email = excluded.email, country_code = excluded.country_code, source = excluded.source, tags = excluded.tags,
      note = excluded.note, search_text = excluded.search_text, updated_at = excluded.updated_at
    where customers.organization_id = excluded.organization_id and customers.deleted_at is null`);
}

/** Makes these customers members of the group, if it is still there. */
export async function joinImportGroup(ctx: OrgContext, groupId: string, customerIds: string[]): Promise<void> {
  await ctx.db.execute(sql`
    insert into group_members (group_id, customer_id, organization_id, created_at)
    select grp.id, customer_id, grp.organization_id, ${ctx.clock.now().toISOString()}::timestamptz
    from (select id, organization_id from groups
      where id = ${groupId}::uuid and organization_id = ${ctx.organizationId}::uuid for key share) grp
    cross join unnest(${sql.param(customerIds)}::uuid[]) as customer_id
    order by customer_id
    on conflict do nothing`);
}
