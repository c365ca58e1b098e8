import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { type ChangedConversation, changedColumns, toChanged } from './update-conversations.ts';

/** How these conversations stand now. */
export async function readChanged(ctx: AppContext, ids: string[]): Promise<ChangedConversation[]> {
  if (ids.length === 0) return [];
  const rows = await ctx.db.execute<Parameters<typeof toChanged>[0]>(sql`
    select ${changedColumns} from conversations v where v.id = any(${sql.param([...new Set(ids)])}::uuid[])`);
  return rows.map(toChanged);
}
