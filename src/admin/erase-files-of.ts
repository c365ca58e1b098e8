import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { countDeleted } from './count-deleted.ts';
import type { Deletion } from './deletion.ts';

const AT_ONCE = 200;

/** Bytes first, then the row that knows where they are. Those of media go by themselves when their rows have gone. */
export async function eraseFilesOf(ctx: AppContext, deletion: Deletion, signal: AbortSignal): Promise<boolean> {
  for (const table of ['customer_imports', 'reports', 'archive_exports', 'archive_imports']) {
    const name = sql.identifier(table);
    for (;;) {
      signal.throwIfAborted();
      const rows = await ctx.db.execute<{ id: string; storage_key: string | null }>(sql`
        select id, storage_key from ${name} where organization_id = ${deletion.organizationId}::uuid order by id limit ${AT_ONCE}`);
      if (rows.length === 0) break;
      for (const { storage_key } of rows) if (storage_key) await ctx.storage.delete(storage_key);
      const ids = rows.map(({ id }) => id);
      await ctx.db.execute(sql`delete from ${name} where id = any(${sql.param(ids)}::uuid[])`);
      await countDeleted(ctx, deletion, table, rows.length);
    }
  }
  return true;
}
