import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { startCampaign } from './start-campaign.ts';

/** Starts every pending campaign whose time has come. */
export async function startDueCampaigns(ctx: AppContext): Promise<number> {
  const due = await ctx.db.execute<{ id: string }>(sql`
    select id from campaigns where status = 'pending' and next_run_at <= ${ctx.clock.now().toISOString()}::timestamptz
    order by next_run_at limit 500`);
  for (const { id } of due) await startCampaign(ctx, id);
  return due.length;
}
