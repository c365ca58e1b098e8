import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { settleCampaignJob } from './jobs.ts';

/** Has the campaign completed and settled when nobody is left to send to. */
export async function settleWhenDone(ctx: AppContext, campaignId: string): Promise<void> {
  const [done] = await ctx.db.execute(sql`
    select 1 from campaign_progress p join campaigns c on c.id = p.campaign_id
    where p.campaign_id = ${campaignId} and (p.queued_count + p.sending_count = 0 or c.ended_at is not null)`);
  if (done) await ctx.jobs.send(settleCampaignJob, { campaignId });
}
