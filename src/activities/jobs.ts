import { defineJob } from '#src/platform/jobs.ts';

/** Daily, and when a worker starts. */
export const keepMonthsJob = defineJob({
  name: 'activities.keep-months',
  retryLimit: 5,
  expireInSeconds: 600,
  policy: 'short',
});

export const activitiesJobs = [keepMonthsJob];
