import { cancelCampaign } from '#src/campaigns/cancel-campaign.ts';
import { pauseCampaign } from '#src/campaigns/pause-campaign.ts';
import { resumeCampaign } from '#src/campaigns/resume-campaign.ts';
import type { OrgContext } from '#src/context.ts';
import { actOnCampaign } from './act-on-campaign.ts';

export type Steering =
  | { to: 'pause'; reason: string; ownerMayResume: boolean }
  | { to: 'resume'; reason: string }
  | { to: 'cancel'; reason: string };

/**
 * A platform admin pauses, resumes or cancels anybody's campaign, with the guarantees of its owner's own request; the owner reads why. What an admin has
 * paused its owner cannot resume, unless the admin allows it; he can always cancel it.
 */
export async function steerCampaign(ctx: OrgContext, campaignId: string, steering: Steering): Promise<void> {
  const theirs = await actOnCampaign(ctx, campaignId);
  switch (steering.to) {
    case 'pause':
      return pauseCampaign(theirs, campaignId, steering);
    case 'resume':
      return resumeCampaign(theirs, campaignId, steering);
    case 'cancel':
      return cancelCampaign(theirs, campaignId, steering);
  }
}
