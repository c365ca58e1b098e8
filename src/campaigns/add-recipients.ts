import { eq } from 'drizzle-orm';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { checkAudience } from '#src/customers/audience-query.ts';
import { type Audience, campaigns, type Exclusion } from '#src/db/schema/campaigns.ts';
import { snapshotAddressees } from '#src/emails/snapshot-addressees.ts';
import { lockCampaign } from './lock-campaign.ts';
import { publishProgress } from './publish-moves.ts';
import { readContent } from './read-content.ts';
import { frozenColumns } from './recipient-columns.ts';
import { replanCampaign } from './replan-campaign.ts';
import { requireRevisable } from './require-revisable.ts';
import type { RecipientChange } from './revision-schemas.ts';
import { snapshotRecipients } from './snapshot-recipients.ts';

/**
 * Freezes more customers into a pending campaign, each once, behind those it has, and holds their credits: all of them or,
 * with a 402, none. Whoever may not be written to is counted among the excluded.
 */
export const addRecipients = (ctx: OrgContext, campaignId: string, asked: RecipientChange): Promise<void> =>
  inTransaction(ctx, async (ctx) => {
    const campaign = await lockCampaign(ctx, campaignId);
    requireRevisable(campaign, 'recipients');
    await checkAudience(ctx, asked, '');
    const { audience } = campaign;
    const judged = { ...asked, includeGraylisted: audience.includeGraylisted ?? false };
    const added =
      campaign.channel === 'email'
        ? await snapshotAddressees(ctx, campaignId, {
            audience: judged,
            before: audience,
            columns: frozenColumns(campaignId),
          })
        : await snapshotRecipients(ctx, campaignId, judged, audience);
    await ctx.db
      .update(campaigns)
      .set({ audience: join(audience, asked), excluded: sum(campaign.excluded, added.excluded) })
      .where(eq(campaigns.id, campaignId));
    const { credits } = await replanCampaign(
      ctx,
      campaign,
      campaign.channel === 'email' ? null : await readContent(ctx, campaign),
    );
    await recordActivity(ctx, {
      verb: 'campaigns.add-recipients',
      subjectType: 'campaign',
      subjectId: campaignId,
      details: { added: added.recipientCount, excluded: added.excluded, credits },
    });
    await publishProgress(ctx, [campaignId]);
  });

const union = (a: string[] = [], b: string[] = []): string[] => [...new Set([...a, ...b])];

const join = (before: Audience, asked: RecipientChange): Audience => ({
  ...before,
  customerIds: union(before.customerIds, asked.customerIds),
  groupIds: union(before.groupIds, asked.groupIds),
  ...((before.segmentIds || asked.segmentIds) && { segmentIds: union(before.segmentIds, asked.segmentIds) }),
});

function sum(before: Exclusion[], more: Exclusion[]): Exclusion[] {
  const counts = new Map(before.map(({ reason, count }) => [reason, count]));
  for (const { reason, count } of more) counts.set(reason, (counts.get(reason) ?? 0) + count);
  return [...counts].map(([reason, count]) => ({ reason, count })).sort((a, b) => a.reason.localeCompare(b.reason));
}
