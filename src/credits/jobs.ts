import { defineJob } from '#src/platform/jobs.ts';

/** Proves every account; every night. */
export const proveLedgerJob = defineJob<object>({
  name: 'credits.prove',
  retryLimit: 2,
  expireInSeconds: 3600,
  heartbeatSeconds: 15,
  policy: 'exclusive',
});

/** Writes down what is held; every quarter of an hour. */
export const sampleHeldJob = defineJob<object>({
  name: 'credits.sample-held',
  retryLimit: 2,
  expireInSeconds: 300,
  policy: 'exclusive',
});

export const creditsJobs = [proveLedgerJob, sampleHeldJob];
