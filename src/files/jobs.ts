import { defineJob } from '#src/platform/jobs.ts';

/** Once a day: removes what interrupted uploads left behind. */
export const sweepUploadsJob = defineJob<Record<string, never>>({
  name: 'files.sweep-uploads',
  retryLimit: 3,
  expireInSeconds: 300,
});

export const filesJobs = [sweepUploadsJob];
