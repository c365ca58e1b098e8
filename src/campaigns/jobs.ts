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
/** Judges a number by what became of its newest messages. */
export const reviewHealthJob = defineJob<{ instanceId: string }>({
  name: 'campaigns.review-health',
  retryLimit: 2,
  expireInSeconds: 60,
  policy: 'short',
});
/** Mends what a crash left behind; every minute. */
export const sweepCampaignsJob = defineJob<object>({
  name: 'campaigns.sweep',
  retryLimit: 0,
  expireInSeconds: 120,
  heartbeatSeconds: 15,
  policy: 'exclusive',
});

/** Takes back what a campaign has just sent; hands itself on after a while. */
export const recallCampaignJob = defineJob<{ recallId: string }>({
  name: 'campaigns.recall',
  retryLimit: 5,
  expireInSeconds: 300,
  heartbeatSeconds: 15,
});

export const campaignsJobs = [
  startCampaignJob,
  settleCampaignJob,
  reviewHealthJob,
  sweepCampaignsJob,
  recallCampaignJob,
];
