import { sql } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { searchTextOf } from './customer.ts';
import type { ImportCustomer } from './plan-import-batch.ts';

/**
 * Creates or replaces these customers and their addresses, in two statements. Rows go in by phone, so that two imports meet in one order.
 */
export async function writeImportBatch(ctx: OrgContext, customers: ImportCustomer[]): Promise<void> {
  if (customers.length === 0) return;
  const rows = customers.map(({ phones, emails, ...customer }) => {
    const row = { ...customer, phone: phones[0] ?? null, email: emails[0] ?? null };
    const further = (addresses: string[]) => ({ further: addresses.slice(1).map((address) => ({ address })) });
    const books = { phone: further(phones), email: further(emails) };
    return { ...row, searchText: searchTextOf({ ...row, books }) };
  });
  const now = sql`${ctx.clock.now().toISOString()}::timestamptz`;
  await ctx.db.execute(sql`
    insert into customers (id, organization_id, first_name, last_name, phone, email, country_code, city, language, birthday, source,
      consultant_id, tags, custom_fields, note, search_text, created_by_type, created_by_id, created_at, updated_at)
    select id, ${ctx.organizationId}::uuid, "firstName", "lastName", phone, email, "countryCode", city, language, birthday, source,
      (select user_id from members where organization_id = ${ctx.organizationId}::uuid and user_id = "consultantId"),
      tags, "customFields", note, "searchText", ${ctx.actor.type}, ${ctx.actor.id}, ${now}, ${now}
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as given (id uuid, "firstName" text, "lastName" text, phone text,
      email text, "countryCode" text, city text, language text, birthday date, source text, "consultantId" uuid, tags text[],
      "customFields" jsonb, note text, "searchText" text)
    order by phone, id
    on conflict (id) do update set first_name = excluded.first_name, last_name = excluded.last_name, phone = excluded.phone,
      email = excluded.email, country_code = excluded.country_code, city = excluded.city, language = excluded.language,
      birthday = excluded.birthday, source = excluded.source, consultant_id = excluded.consultant_id, tags = excluded.tags,
      custom_fields = excluded.custom_fields, note = excluded.note, search_text = excluded.search_text, updated_at = excluded.updated_at
    where customers.organization_id = excluded.organization_id and customers.deleted_at is null`);
  await writeFurtherAddresses(ctx, customers);
}

/** The primary addresses are copied by the database itself. */
async function writeFurtherAddresses(ctx: OrgContext, customers: ImportCustomer[]): Promise<void> {
  const further = customers.flatMap(({ id, phones, emails }) => [
    ...phones.slice(1).map((address) => ({ id, kind: 'phone', address })),
    ...emails.slice(1).map((address) => ({ id, kind: 'email', address })),
  ]);
  if (further.length === 0) return;
  await ctx.db.execute(sql`
    insert into customer_addresses (organization_id, customer_id, kind, address, is_primary, created_at)
    select ${ctx.organizationId}::uuid, given.id, kind, address, false, ${ctx.clock.now().toISOString()}::timestamptz
    from jsonb_to_recordset(${JSON.stringify(further)}::jsonb) as given (id uuid, kind text, address text)
      join customers c on c.id = given.id and c.organization_id = ${ctx.organizationId}::uuid and c.deleted_at is null
    order by address, given.id
    on conflict (customer_id, kind, address) do nothing`);
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
