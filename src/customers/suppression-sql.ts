import { type SQL, sql } from 'drizzle-orm';

/** What is asked about, each a value or a column of the surrounding statement. */
export type SuppressionColumns = {
  organizationId: SQL | string;
  customerId: SQL | string | null;
  phone: SQL | string | null;
  email: SQL | string | null;
};

/**
 * A SELECT of one row with one column, `reason`: why this address must not be written to at `now`, null when it may be.
 * Fails closed: a customer that cannot be found counts as deleted. He is looked up by his id whatever the planner knows: before a large
 * import is analysed it would read the organization's customers for each one asked about.
 */
export function suppressionSql(now: Date, asked: SuppressionColumns, includeGraylisted: SQL | boolean): SQL {
  const organization = sql`${asked.organizationId}::uuid`;
  const listed = (address: 'phone' | 'email', level: 'blacklist' | 'graylist') => {
    const column = sql.raw(address);
    return sql`exists (
      select from suppressions s where s.organization_id = ${organization} and s.${column} in (asked.${column}, c.${column})
        and s.level = ${level} and s.scope = 'all' and (s.expires_at is null or s.expires_at > ${now.toISOString()}::timestamptz))`;
  };
  return sql`
    select case
      when asked.customer_id is not null and c.id is null then 'customer-deleted'
      when ${listed('phone', 'blacklist')} or ${listed('email', 'blacklist')} then 'blacklisted'
      when asked.customer_id is not null and asked.phone is not null and c.phone is distinct from asked.phone then 'phone-changed'
      when not ${includeGraylisted} and ${listed('phone', 'graylist')} then 'graylisted'
    end as reason
    from (select ${asked.customerId}::uuid as customer_id, ${asked.phone}::text as phone, ${asked.email}::text as email) asked
    left join lateral (
      select id, organization_id, phone, email, deleted_at from customers where id = asked.customer_id offset 0
    ) c on c.organization_id = ${organization} and c.deleted_at is null`;
}
