import { sql } from 'drizzle-orm';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { audienceMembers, checkAudience } from '#src/customers/audience-query.ts';
import { lockCampaign } from './lock-campaign.ts';
import { publishProgress } from './publish-moves.ts';
import { readContent } from './read-content.ts';
import { replanCampaign } from './replan-campaign.ts';
import { requireRevisable } from './require-revisable.ts';
import type { RecipientChange } from './revision-schemas.ts';

/**
 * Takes customers out of a pending campaign and gives their credits back; who is not in it is passed over. 409, and nothing
 * changes, when nobody would be left.
 */
export const removeRecipients = (ctx: OrgContext, campaignId: string, asked: RecipientChange): Promise<void> =>
  inTransaction(ctx, async (ctx) => {
    const campaign = await lockCampaign(ctx, campaignId);
    requireRevisable(campaign, 'recipients');
    const { customerIds = [], groupIds = [], segmentIds = [] } = asked;
    if (customerIds.length === 0 || groupIds.length + segmentIds.length > 0)
      await checkAudience(ctx, { groupIds, segmentIds }, '');
    const removed = await ctx.db.execute(sql`
      delete from campaign_recipients r using (${await audienceMembers(ctx, asked)}) named
      where r.campaign_id = ${campaignId} and r.status = 'queued' and r.customer_id = named.customer_id returning 1`);
    const { credits } = await replanCampaign(
      ctx,
      campaign,
      campaign.channel === 'email' ? null : await readContent(ctx, campaign),
    );
    await recordActivity(ctx, {
      verb: 'campaigns.remove-recipients',
      subjectType: 'campaign',
      subjectId: campaignId,
      details: { removed: removed.length, credits },
    });
    await publishProgress(ctx, [campaignId]);
  });
