import type { AppContext } from '#src/context.ts';
import type { JobHandler } from '#src/platform/jobs.ts';
import { reviewHealthJob, settleCampaignJob, startCampaignJob, sweepCampaignsJob } from './jobs.ts';
import { reviewHealth } from './review-health.ts';
import { settleCampaign } from './settle-campaign.ts';
import { startCampaign } from './start-campaign.ts';
import { sweepCampaigns } from './sweep-campaigns.ts';

type ByCampaign = { campaignId: string };

export const campaignsHandlers = (ctx: AppContext): JobHandler[] => [
  { job: startCampaignJob, handle: ({ campaignId }: ByCampaign) => startCampaign(ctx, campaignId) },
  { job: settleCampaignJob, handle: ({ campaignId }: ByCampaign) => settleCampaign(ctx, campaignId) },
  { job: reviewHealthJob, handle: ({ instanceId }: { instanceId: string }) => reviewHealth(ctx, [instanceId]) },
  { job: sweepCampaignsJob, handle: async () => void (await sweepCampaigns(ctx)) },
];
