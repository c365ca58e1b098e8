import { type SQL, sql } from 'drizzle-orm';
import { blacklistedSql, emailListedSql, phoneGraylistedSql, phoneListedSql } from './blacklisted-sql.ts';

/** What is asked about, each a value or a column of the surrounding statement. */
export type SuppressionColumns = {
  organizationId: SQL | string;
  customerId: SQL | string | null;
  phone: SQL | string | null;
  email: SQL | string | null;
};

/**
 * A SELECT of one row with one column, `reason`: why this address must not be written to at `now`, null when it may be.
 * Any blacklisted address of the customer closes him; another phone of his is no changed phone.
 * Fails closed: a customer that cannot be found counts as deleted. He is looked up by his id whatever the planner knows: before a large
 * import is analysed it would read the organization's customers for each one asked about.
 */
export function suppressionSql(now: Date, asked: SuppressionColumns, includeGraylisted: SQL | boolean): SQL {
  const organization = sql`${asked.organizationId}::uuid`;
  const black = sql`(${phoneListedSql(now, organization, sql`asked.phone_hash`, 'blacklist')} or ${emailListedSql(now, organization, sql`asked.email_hash`)}
    or ${blacklistedSql(now, organization, sql`c.id`)})`;
  const gray = sql`(${phoneListedSql(now, organization, sql`asked.phone_hash`, 'graylist')} or ${phoneGraylistedSql(now, organization, sql`c.id`)})`;
  return sql`
    select case
      when asked.customer_id is not null and c.id is null then 'customer-deleted'
      when ${black} then 'blacklisted'
      when asked.customer_id is not null and asked.phone is not null and c.phone is distinct from asked.phone and not exists (
        select from customer_addresses a where a.customer_id = c.id and a.kind = 'phone' and a.address = asked.phone) then 'phone-changed'
      when not ${includeGraylisted} and ${gray} then 'graylisted'
    end as reason
    from (
      select asked.*, address_hash(${organization}, asked.phone) as phone_hash, address_hash(${organization}, asked.email) as email_hash
      from (select ${asked.customerId}::uuid as customer_id, ${asked.phone}::text as phone, ${asked.email}::text as email offset 0) asked offset 0
    ) asked
    left join lateral (
      select id, organization_id, phone, deleted_at from customers where id = asked.customer_id offset 0
    ) c on c.organization_id = ${organization} and c.deleted_at is null`;
}
