import { eq, sql } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { releaseCredits } from '#src/credits/release-credits.ts';
import { campaigns } from '#src/db/schema/campaigns.ts';
import type { Campaign } from './campaign.ts';
import { publishProgress } from './publish-moves.ts';
import { settleCampaign } from './settle-campaign.ts';

type Ending = {
  status: 'cancelled' | 'completed' | 'failed';
  statusReason: string;
  /** Why those were skipped who were not written to. */
  skipReason: string;
};

/**
 * Ends a campaign before everybody was written to, in the transaction that holds it: the rest is skipped and its credits are
 * free at once; a message on the wire is waited for.
 * @returns the credits that were freed.
 */
export async function endCampaign(ctx: OrgContext, campaign: Campaign, ending: Ending): Promise<number> {
  const now = ctx.clock.now();
  const { status, statusReason } = ending;
  await ctx.db
    .update(campaigns)
    .set({ status, statusReason, nextRunAt: null, endedAt: now, updatedAt: now })
    .where(eq(campaigns.id, campaign.id));
  const credits = await skipUnsent(ctx, campaign, ending.skipReason);
  await releaseCredits(ctx, { campaignId: campaign.id, credits });
  await settleCampaign(ctx, campaign.id);
  await publishProgress(ctx, [campaign.id]);
  return credits;
}

/** Skips everyone without a message on the wire; answers the credits that this frees. */
async function skipUnsent(ctx: OrgContext, { id, messagesPerRecipient }: Campaign, reason: string): Promise<number> {
  const now = sql`${ctx.clock.now().toISOString()}::timestamptz`;
  const [skipped] = await ctx.db.execute<{ credits: string }>(sql`
    with dropped as (
      update messages set status = 'cancelled', updated_at = ${now} where campaign_id = ${id} and status = 'queued'
    ), skipped as (
      update campaign_recipients r set status = 'skipped', status_reason = ${reason}, updated_at = ${now}
      where r.campaign_id = ${id} and (r.status = 'queued' or r.status = 'sending' and r.batch is null)
        and not exists (select 1 from messages m where m.recipient_id = r.id and m.status in ('sending', 'unknown'))
      returning case when r.batch is null then ${messagesPerRecipient}::int - spent_credits else 0 end as credits
    )
    select coalesce(sum(credits), 0) as credits from skipped`);
  return Number(skipped!.credits);
}
