import { type SQL, sql } from 'drizzle-orm';
import { type AppContext, inTransaction } from '#src/context.ts';
import { countDeleted } from './count-deleted.ts';
import type { Deletion } from './deletion.ts';
import { erasedTables } from './organization-tables.ts';

const AT_ONCE = 2000;

/** Deletes an organization's rows, table by table, a few thousand a transaction. Waits for its numbers to be gone at Evolution. */
export async function eraseRowsOf(ctx: AppContext, deletion: Deletion, signal: AbortSignal): Promise<boolean> {
  const { organizationId } = deletion;
  const [left] = await ctx.db.execute(sql`
    select 1 from instances where organization_id = ${organizationId}::uuid and deleted_at is null
    union all select 1 from instance_leftovers where organization_id = ${organizationId}::uuid limit 1`);
  if (left) return false;
  for (const { table, ways = [], atOnce = AT_ONCE } of erasedTables)
    for (const way of [...ways, byOrganization])
      for (let erased = atOnce; erased === atOnce; ) {
        signal.throwIfAborted();
        erased = await eraseSome(ctx, deletion, { table, where: way(organizationId), atOnce });
      }
  return true;
}

const byOrganization = (id: string): SQL => sql`organization_id = ${id}::uuid`;

type Some = { table: string; where: SQL; atOnce: number };

const eraseSome = (ctx: AppContext, deletion: Deletion, { table, where, atOnce }: Some): Promise<number> =>
  inTransaction(ctx, async (ctx) => {
    const name = sql.identifier(table);
    const result = await ctx.db.execute(
      sql`delete from ${name} where ctid = any(array(select ctid from ${name} where ${where} limit ${atOnce}))`,
    );
    await countDeleted(ctx, deletion, table, result.count);
    return result.count;
  });
