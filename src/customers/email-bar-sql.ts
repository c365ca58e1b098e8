import { type SQL, sql } from 'drizzle-orm';
import { hashForms } from './address-hash.ts';
import { blacklistedSql, phoneGraylistedSql, unexpired } from './blacklisted-sql.ts';

export type EmailBar =
  | 'customer-deleted'
  | 'unsubscribed'
  | 'blacklisted'
  | 'no-consent'
  | 'address-changed'
  | 'graylisted';

/** What is asked about, each a value or a column of the surrounding statement. */
export type EmailBarColumns = {
  organizationId: SQL | string;
  customerId: SQL | string | null;
  /** What was frozen when the mail was planned. */
  address: SQL | string | null;
  includeGraylisted?: SQL | boolean;
};

/**
 * An expression: why this address gets no marketing mail at `now` (an `EmailBar`), null when it may. Fails closed: a customer that
 * cannot be found counts as deleted, an address that is missing as changed.
 */
export function emailBarSql(now: Date, { includeGraylisted = false, ...asked }: EmailBarColumns): SQL {
  const organization = sql`${asked.organizationId}::uuid`;
  const listed = listedSql(now, organization);
  return sql`(
    select case
      when c.id is null then 'customer-deleted'
      when ${listed(sql`asked.email_hash`, sql`s.level = 'blacklist' and s.scope = 'email'`)} then 'unsubscribed'
      when ${listed(sql`asked.email_hash`, sql`s.level = 'blacklist' and s.scope = 'all'`)} or ${blacklistedSql(now, organization, sql`c.id`)} then 'blacklisted'
      when c.email_consent_id is null then 'no-consent'
      when asked.address is null or c.email is distinct from asked.address then 'address-changed'
      when not coalesce(${includeGraylisted}::boolean, false)
        and (${listed(sql`asked.email_hash`, sql`s.level = 'graylist'`)} or ${phoneGraylistedSql(now, organization, sql`c.id`)}) then 'graylisted'
    end
    from (
      select asked.*, address_hash(${organization}, asked.address) as email_hash
      from (select ${asked.customerId}::uuid as customer_id, ${asked.address}::text as address offset 0) asked offset 0
    ) asked
    -- by its key, whatever the statistics of a fresh import make the planner believe
    left join lateral (select * from customers where id = asked.customer_id offset 0) c
      on c.organization_id = ${organization} and c.deleted_at is null)`;
}

/** Whether the email address of `hash` is suppressed at `now`, at the level and scope that `which` says of `s`. */
export const listedSql =
  (now: Date, organization: SQL) =>
  (hash: SQL, which: SQL): SQL =>
    sql`exists (
    select from suppressions s where s.organization_id = ${organization} and s.email_hash in ${hashForms(hash)} and ${which}
      and ${unexpired(now)})`;
