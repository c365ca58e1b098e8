import type { AppContext } from '#src/context.ts';
import type { JobHandler } from '#src/platform/jobs.ts';
import { recallCampaignJob, reviewHealthJob, settleCampaignJob, startCampaignJob, sweepCampaignsJob } from './jobs.ts';
import { reviewHealth } from './review-health.ts';
import { runRecall } from './run-recall.ts';
import { settleCampaign } from './settle-campaign.ts';
import { startCampaign } from './start-campaign.ts';
import { sweepCampaigns } from './sweep-campaigns.ts';

type ByCampaign = { campaignId: string };

export const campaignsHandlers = (ctx: AppContext): JobHandler[] => [
  { job: startCampaignJob, handle: ({ campaignId }: ByCampaign) => startCampaign(ctx, campaignId) },
  { job: settleCampaignJob, handle: ({ campaignId }: ByCampaign) => settleCampaign(ctx, campaignId) },
  { job: reviewHealthJob, handle: ({ instanceId }: { instanceId: string }) => reviewHealth(ctx, [instanceId]) },
  { job: recallCampaignJob, handle: ({ recallId }: { recallId: string }, signal) => runRecall(ctx, recallId, signal) },
  { job: sweepCampaignsJob, handle: async () => void (await sweepCampaigns(ctx)) },
];
