import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { settleCampaignJob } from './jobs.ts';

/** Has campaigns completed and settled of which nobody is left to send to. */
export async function settleWhenDone(ctx: AppContext, ...campaignIds: string[]): Promise<void> {
  if (campaignIds.length === 0) return;
  const done = await ctx.db.execute<{ id: string }>(sql`
    select c.id from campaign_progress p join campaigns c on c.id = p.campaign_id
    where c.id = any(${sql.param(campaignIds)}::uuid[]) and (p.queued_count + p.sending_count = 0 or c.ended_at is not null)`);
  for (const { id } of done) await ctx.jobs.send(settleCampaignJob, { campaignId: id });
}
