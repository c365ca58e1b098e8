import type { OrgContext } from '#src/context.ts';
import { subjectTests } from '#src/db/schema/emails.ts';
import type { CampaignInput } from './draft-campaign.ts';

/** Keeps how a campaign's two subjects are tried; the subjects themselves are in its content. */
export async function saveSubjectTest(
  ctx: OrgContext,
  campaignId: string,
  { sharePercent, winnerBy, afterMinutes }: NonNullable<CampaignInput['subjectTest']>,
): Promise<void> {
  const { organizationId } = ctx;
  await ctx.db.insert(subjectTests).values({ campaignId, organizationId, sharePercent, winnerBy, afterMinutes });
}
