import { type SQL, sql } from 'drizzle-orm';
import { hashForms } from './address-hash.ts';

/** Of a suppression `s`. */
export const unexpired = (now: Date): SQL =>
  sql`(s.expires_at is null or s.expires_at > ${now.toISOString()}::timestamptz)`;

/** Whether the phone of this hash is suppressed at `now` at this level. */
export const phoneListedSql = (
  now: Date,
  organization: SQL,
  hash: SQL,
  level: 'blacklist' | 'graylist',
): SQL => sql`exists (
    select from suppressions s where s.organization_id = ${organization} and s.phone_hash = ${hash} and s.level = ${level} and ${unexpired(now)} offset 0)`;

/** Whether the email of this hash is suppressed at `now` on every channel. */
export const emailListedSql = (now: Date, organization: SQL, hash: SQL): SQL => sql`exists (
    select from suppressions s where s.organization_id = ${organization} and s.email_hash in ${hashForms(hash)} and s.level = 'blacklist'
      and s.scope = 'all' and ${unexpired(now)} offset 0)`;

/**
 * Whether any address of this customer, first or other, is on the blacklist at `now`: look-ups by key, one for his addresses and one for each of
 * them. By hash, so that an address that was erased is known again.
 */
export const blacklistedSql = (now: Date, organization: SQL, customerId: SQL): SQL => sql`exists (
    select from (select kind, hash from customer_addresses where customer_id = ${customerId} offset 0) a
    where case a.kind when 'phone' then ${phoneListedSql(now, organization, sql`a.hash`, 'blacklist')}
      else ${emailListedSql(now, organization, sql`a.hash`)} end)`;

/** Whether any phone of this customer is on the graylist at `now`. */
export const phoneGraylistedSql = (now: Date, organization: SQL, customerId: SQL): SQL => sql`exists (
    select from (select hash from customer_addresses where customer_id = ${customerId} and kind = 'phone' offset 0) a
    where case when true then ${phoneListedSql(now, organization, sql`a.hash`, 'graylist')} end)`;
