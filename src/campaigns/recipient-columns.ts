import { type SQL, sql } from 'drizzle-orm';
import { fullNameOf, variablesOf } from '#src/customers/variables-sql.ts';

/** The same number for the same campaign and customer, evenly spread over 0 to 59: 60 can be divided by 1, 2, 3, 4 and 5. */
export const bucketOf = (campaignId: string): SQL =>
  sql`abs(uuid_hash_extended(a.customer_id, ${Number.parseInt(campaignId.slice(-12), 16)}::bigint) % 60)`;

/** The same for whoever freezes an email campaign's recipients. */
export const frozenColumns = (campaignId: string): { name: SQL; variables: SQL; bucket: SQL } => ({
  name: fullNameOf(),
  variables: variablesOf(),
  bucket: bucketOf(campaignId),
});
