import { defineJob } from '#src/platform/jobs.ts';

/**
 * Asks Evolution about connections that have been silent, creates and removes there what was left half done; every minute.
 */
export const sweepInstancesJob = defineJob<object>({
  name: 'instances.sweep',
  retryLimit: 0,
  expireInSeconds: 300,
  heartbeatSeconds: 15,
  policy: 'exclusive',
});
/** Tells Evolution where to call us, where it has it otherwise (PUBLIC_URL changed); at start. */
export const checkWebhooksJob = defineJob<object>({
  name: 'instances.check-webhooks',
  retryLimit: 2,
  expireInSeconds: 900,
  heartbeatSeconds: 15,
  policy: 'exclusive',
});

/** Asks the Evolution servers how they are; every minute. */
export const checkServersJob = defineJob<object>({
  name: 'instances.check-servers',
  retryLimit: 0,
  expireInSeconds: 300,
  heartbeatSeconds: 15,
  policy: 'exclusive',
});

export const instancesJobs = [sweepInstancesJob, checkWebhooksJob, checkServersJob];
