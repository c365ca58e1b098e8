import { defineJob } from '#src/platform/jobs.ts';

/** At every start of a worker: what an older key sealed is sealed with the newest. */
export const resealSecretsJob = defineJob({
  name: 'vault.reseal',
  retryLimit: 2,
  expireInSeconds: 3600,
  policy: 'exclusive',
});

export const vaultJobs = [resealSecretsJob];
