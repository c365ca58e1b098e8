import { defineJob } from '#src/platform/jobs.ts';

/** Forgets old webhooks; every hour. */
export const purgeInboundJob = defineJob<object>({
  name: 'inbound.purge',
  retryLimit: 0,
  expireInSeconds: 600,
  policy: 'exclusive',
});

/** Has every open number compared with what Evolution keeps; every hour. */
export const requestGapsJob = defineJob<object>({
  name: 'inbound.request-gaps',
  retryLimit: 0,
  expireInSeconds: 300,
  policy: 'exclusive',
});

/** Has numbers compared from which others than we sent something; every minute. */
export const requestStrayGapsJob = defineJob<object>({
  name: 'inbound.request-stray-gaps',
  retryLimit: 0,
  expireInSeconds: 60,
  policy: 'exclusive',
});

/** Compares one number, and fills what is missing. */
export const fillGapsJob = defineJob<{ instanceId: string }>({
  name: 'inbound.fill-gaps',
  retryLimit: 0,
  expireInSeconds: 900,
  policy: 'exclusive',
});

export const inboundJobs = [purgeInboundJob, requestGapsJob, requestStrayGapsJob, fillGapsJob];
