import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { claimMessages, type Round } from './claim-messages.ts';

const FEWER = 8;
const PUT_OFF_MS = 15_000;

/**
 * Claims like `claimMessages`, but lets no lane hold up the others: where a round fails, fewer are claimed at a time, and a lane
 * that fails alone is put off. Throws only while the database is away.
 */
export async function claimDue(ctx: AppContext, limit: number): Promise<Round> {
  try {
    return await claimMessages(ctx, limit);
  } catch (error) {
    if (limit > 1) return claimDue(ctx, Math.max(1, Math.floor(limit / FEWER)));
    const instanceId = await putOffFirst(ctx);
    ctx.log.error({ err: error, instanceId }, 'nothing can be claimed on a lane, it waits');
    return { claims: [], due: instanceId ? 1 : 0 };
  }
}

async function putOffFirst(ctx: AppContext): Promise<string | undefined> {
  const now = ctx.clock.now();
  const [lane] = await ctx.db.execute<{ instance_id: string }>(sql`
    update lanes set due_at = ${new Date(now.getTime() + PUT_OFF_MS).toISOString()}::timestamptz
    where instance_id = (select instance_id from lanes where due_at <= ${now.toISOString()}::timestamptz order by due_at limit 1 for update skip locked)
    returning instance_id`);
  return lane?.instance_id;
}
