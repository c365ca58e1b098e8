import { sql } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import type { ImportRow } from './import-row.ts';
import type { ImportCustomer } from './plan-import-batch.ts';

type Found = {
  id: string;
  first_name: string;
  last_name: string | null;
  phone: string | null;
  email: string | null;
  country_code: string | null;
  source: string | null;
  tags: string[];
  note: string | null;
};

/**
 * The living customers that these rows may stand for: those with their phones and, of those with their emails, the oldest
 * one and the oldest one without a phone. `lock` keeps them as they are until the transaction ends.
 */
export async function findImportMatches(ctx: OrgContext, rows: ImportRow[], lock: boolean): Promise<ImportCustomer[]> {
  const organization = sql`${ctx.organizationId}::uuid`;
  const phones = [...new Set(rows.flatMap((row) => row.phone ?? []))];
  const emails = [...new Set(rows.flatMap((row) => row.email ?? []))];
  const found = await ctx.db.execute<Found>(sql`
    select id, first_name, last_name, phone, email, country_code, source, tags, note from customers
    where id in (
      select id from customers
        where organization_id = ${organization} and deleted_at is null and phone = any(${sql.param(phones)}::text[])
      union all
      (select distinct on (email, phone is null) id from customers
        where organization_id = ${organization} and deleted_at is null and email = any(${sql.param(emails)}::text[])
        order by email, phone is null, id)
    ) and deleted_at is null
    order by id ${lock ? sql`for no key update` : sql``}`);
  return found.map(({ first_name, last_name, country_code, ...same }) => ({
    ...same,
    firstName: first_name,
    lastName: last_name,
    countryCode: country_code,
  }));
}
