import { type SQL, sql } from 'drizzle-orm';
import { hashForms } from './address-hash.ts';

/** Reasons of suppressions that the owner of the address caused himself: nobody else may lift them. */
export const ownersReasons = ['unsubscribe', 'complaint'] as const;

const reasons = sql.raw(ownersReasons.map((reason) => `'${reason}'`).join(', '));

/** When the owner of the address of this hash closed it to marketing mail; null: he has not. */
export const closedAddressSql = (organizationId: SQL, hash: SQL): SQL<Date | null> => sql`(
  select min(closed.created_at) from suppressions closed where closed.organization_id = ${organizationId}
    and closed.email_hash in ${hashForms(hash)} and closed.level = 'blacklist' and closed.scope = 'email' and closed.reason in (${reasons}))`;
