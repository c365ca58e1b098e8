import { defineJob } from '#src/platform/jobs.ts';

/** Once a day: removes what interrupted uploads left behind, and bytes without a file. */
export const sweepUploadsJob = defineJob<Record<string, never>>({
  name: 'files.sweep-uploads',
  retryLimit: 3,
  expireInSeconds: 300,
});

/** Every minute, and after a deletion: media that nobody has, and bytes that no medium has, go; files of new customers are filed. */
export const releaseMediaJob = defineJob<Record<string, never>>({
  name: 'files.release-media',
  retryLimit: 3,
  expireInSeconds: 300,
});

export const filesJobs = [sweepUploadsJob, releaseMediaJob];
