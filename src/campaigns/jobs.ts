import { defineJob } from '#src/platform/jobs.ts';

/** Starts a pending campaign whose time has come. */
export const startCampaignJob = defineJob<{ campaignId: string }>({
  name: 'campaigns.start',
  retryLimit: 5,
  expireInSeconds: 60,
});
/** Completes a campaign with nothing left to send, and brings its credits into the statement. */
export const settleCampaignJob = defineJob<{ campaignId: string }>({
  name: 'campaigns.settle',
  retryLimit: 10,
  expireInSeconds: 120,
});
/** Mends what a crash left behind; every minute. */
export const sweepCampaignsJob = defineJob<object>({
  name: 'campaigns.sweep',
  retryLimit: 0,
  expireInSeconds: 120,
  policy: 'exclusive',
});

export const campaignsJobs = [startCampaignJob, settleCampaignJob, sweepCampaignsJob];
