import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import type { Deletion } from './deletion.ts';

/** Adds to what a deletion has ended and erased; in the transaction that did it. */
export async function countDeleted(ctx: AppContext, { id }: Deletion, what: string, count: number): Promise<void> {
  if (count === 0) return;
  await ctx.db.execute(sql`
    update user_deletions set updated_at = ${ctx.clock.now().toISOString()}::timestamptz,
      counts = counts || jsonb_build_object(${what}::text, coalesce((counts ->> ${what}::text)::bigint, 0) + ${count}::bigint)
    where id = ${id}`);
}
