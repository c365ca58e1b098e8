import { defineJob } from '#src/platform/jobs.ts';

/** Every hour: days of the log are made and dropped. */
export const purgeLogsJob = defineJob<object>({
  name: 'logs.purge',
  retryLimit: 3,
  expireInSeconds: 600,
  policy: 'exclusive',
});

export const logsJobs = [purgeLogsJob];
