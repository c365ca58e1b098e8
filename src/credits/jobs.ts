import { defineJob } from '#src/platform/jobs.ts';

/** Proves every account; every night. */
export const proveLedgerJob = defineJob<object>({
  name: 'credits.prove',
  retryLimit: 2,
  expireInSeconds: 3600,
  heartbeatSeconds: 15,
  policy: 'exclusive',
});

export const creditsJobs = [proveLedgerJob];
