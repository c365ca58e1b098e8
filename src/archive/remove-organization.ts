import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { ownedTables } from './tables.ts';

/**
 * Deletes what an organization has, all but its own row and the audit trail, in a transaction in which triggers rest. Where the bytes of its
 * files are is written down in `kept_contents` until the transaction ends.
 */
export async function removeOrganization({ db }: AppContext, organizationId: string): Promise<void> {
  await db.execute(sql`create temporary table if not exists kept_contents (like stored_contents) on commit drop`);
  await db.execute(
    sql`insert into kept_contents select * from stored_contents where organization_id = ${organizationId}::uuid`,
  );
  for (const table of ownedTables)
    await db.execute(sql`delete from ${sql.raw(`"${table}"`)} where organization_id = ${organizationId}::uuid`);
}
