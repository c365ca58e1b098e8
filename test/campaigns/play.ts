import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import type { World } from '#test/support/world.ts';
import { pumpDry } from './stage.ts';

/** Sends whatever is due, jumps to when something is due next, and so on until nothing is, or until `end`. Answers how many went out. */
export async function play({ ctx, clock, drain }: Pick<World, 'ctx' | 'clock' | 'drain'>, end?: Date): Promise<number> {
  for (let sent = 0; ; ) {
    await drain();
    sent += await pumpDry(ctx);
    await drain();
    const next = await nextDue(ctx);
    if (!next || (end && next > end)) return sent;
    if (next > clock.now()) clock.set(next);
  }
}

async function nextDue(ctx: AppContext): Promise<Date | null> {
  const [row] = await ctx.db.execute<{ at: string | null }>(sql`
    select least((select min(due_at) from lanes), (select min(next_run_at) from campaigns where status = 'pending')) as at`);
  return row?.at ? new Date(row.at) : null;
}

/** When each message left us, in order. */
export async function dispatches(ctx: AppContext): Promise<{ at: Date; cold: boolean; address: string }[]> {
  const rows = await ctx.db.execute<{ at: string; cold: boolean; address: string }>(sql`
    select dispatched_at as at, cold, address from messages where dispatched_at is not null order by dispatched_at, id`);
  return rows.map((row) => ({ ...row, at: new Date(row.at) }));
}
