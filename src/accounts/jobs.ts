import { defineJob } from '#src/platform/jobs.ts';

/** Hourly: what has run out is cleared away. */
export const purgeAccountsJob = defineJob({
  name: 'accounts.purge',
  retryLimit: 2,
  expireInSeconds: 600,
  policy: 'short',
});

export const accountsJobs = [purgeAccountsJob];
