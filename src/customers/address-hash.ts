import { createHash } from 'node:crypto';
import { type SQL, sql } from 'drizzle-orm';

/** An email or a phone as the organization knows it again after it was erased: what `address_hash` of the database gives. */
export const addressHash = (organizationId: string, address: string): string =>
  createHash('sha256').update(`${organizationId.toLowerCase()}:${address}`).digest('hex');

/** A hash, or the first half of one, which is all that a link in a mail carries. */
export const isAddressHash = (text: string): boolean => /^[0-9a-f]{32}([0-9a-f]{32})?$/.test(text);

/** The forms under which the address of this full hash may be suppressed. */
export const hashForms = (hash: SQL): SQL => sql`(${hash}, left(${hash}, 32))`;
