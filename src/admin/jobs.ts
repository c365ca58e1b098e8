import { defineJob } from '#src/platform/jobs.ts';

/** Says which jobs ran out of tries; every minute. */
export const reportDeadLettersJob = defineJob<object>({
  name: 'admin.report-dead-letters',
  retryLimit: 0,
  expireInSeconds: 60,
  policy: 'exclusive',
});

export const adminJobs = [reportDeadLettersJob];
