import { defineJob } from '#src/platform/jobs.ts';

/** Forgets old webhooks; every hour. */
export const purgeInboundJob = defineJob<object>({
  name: 'inbound.purge',
  retryLimit: 0,
  expireInSeconds: 600,
  policy: 'exclusive',
});

export const inboundJobs = [purgeInboundJob];
