import { defineJob } from '#src/platform/jobs.ts';

/** Goes on with instances that move to another Evolution server; every minute. */
export const sweepMovesJob = defineJob<object>({
  name: 'operations.sweep-moves',
  retryLimit: 0,
  expireInSeconds: 300,
  heartbeatSeconds: 15,
  policy: 'exclusive',
});

export const operationsJobs = [sweepMovesJob];
