import { type SQL, sql } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import type { CustomFieldValue } from '#src/db/schema/customers.ts';
import type { ImportRow } from './import-row.ts';
import type { ImportCustomer } from './plan-import-batch.ts';

type Found = {
  id: string;
  first_name: string;
  last_name: string | null;
  country_code: string | null;
  city: string | null;
  language: string | null;
  birthday: string | null;
  source: string | null;
  consultant_id: string | null;
  tags: string[];
  custom_fields: Record<string, CustomFieldValue>;
  note: string | null;
};
type Address = { customer_id: string; kind: 'phone' | 'email'; address: string };

/**
 * The living customers that these rows may stand for: those who have one of their phones and, of those with one of their emails, the
 * oldest one and the oldest one without a phone. `lock` keeps them as they are until the transaction ends.
 */
export async function findImportMatches(ctx: OrgContext, rows: ImportRow[], lock: boolean): Promise<ImportCustomer[]> {
  const organization = sql`${ctx.organizationId}::uuid`;
  const phones = rows.flatMap(({ phone, otherPhones }) => (phone === null ? otherPhones : [phone, ...otherPhones]));
  const emails = rows.flatMap(({ email, otherEmails }) => (email === null ? otherEmails : [email, ...otherEmails]));
  const ownersOf = (kind: SQL, address: SQL) => sql`(
    select a.customer_id from customer_addresses a
    where a.organization_id = ${organization} and a.kind = ${kind} and a.deleted_at is null and a.address = ${address} offset 0)`;
  // address by address and id by id: whatever the tables' statistics say, no plan may go through all customers
  const found = await ctx.db.execute<Found>(sql`
    with sharers as materialized (
      select email, owner.customer_id, (select c.phone is null from customers c where c.id = owner.customer_id) as has_none
      from unnest(${sql.param([...new Set(emails)])}::text[]) as email cross join lateral ${ownersOf(sql`'email'`, sql`email`)} owner
    )
    select id, first_name, last_name, country_code, city, language, birthday::text, source, consultant_id, tags, custom_fields, note
    from customers
    where id = any(array(
      select owner.customer_id from unnest(${sql.param([...new Set(phones)])}::text[]) as phone
        cross join lateral ${ownersOf(sql`'phone'`, sql`phone`)} owner
      union all
      (select distinct on (email, has_none) customer_id from sharers order by email, has_none, customer_id)
    )) and organization_id = ${organization} and deleted_at is null
    order by id ${lock ? sql`for no key update` : sql``}`);
  const addresses = await readAddresses(ctx, found);
  return found.map(({ first_name, last_name, country_code, consultant_id, custom_fields, ...same }) => ({
    ...same,
    firstName: first_name,
    lastName: last_name,
    countryCode: country_code,
    consultantId: consultant_id,
    customFields: custom_fields,
    phones: addresses.get(`${same.id} phone`) ?? [],
    emails: addresses.get(`${same.id} email`) ?? [],
  }));
}

/** Each customer's addresses of a kind, the primary one first. */
async function readAddresses(ctx: OrgContext, found: Found[]): Promise<Map<string, string[]>> {
  const lists = new Map<string, string[]>();
  if (found.length === 0) return lists;
  const rows = await ctx.db.execute<Address>(sql`
    select customer_id, kind, address from customer_addresses
    where customer_id = any(${sql.param(found.map(({ id }) => id))}::uuid[])
    order by customer_id, is_primary desc, id`);
  for (const { customer_id, kind, address } of rows) {
    const whose = `${customer_id} ${kind}`;
    lists.set(whose, [...(lists.get(whose) ?? []), address]);
  }
  return lists;
}
