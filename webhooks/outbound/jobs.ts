import { defineJob } from '#src/platform/jobs.ts';

/** Queues events of a stretch of time again. */
export const replayEventsJob = defineJob<{ replayId: string }>({
  name: 'webhooks.replay',
  retryLimit: 5,
  expireInSeconds: 900,
  heartbeatSeconds: 30,
});

/** Every hour: forgets events, deliveries and endpoints whose time is over. */
export const purgeWebhooksJob = defineJob<object>({
  name: 'webhooks.purge',
  retryLimit: 0,
  expireInSeconds: 1800,
  heartbeatSeconds: 30,
  policy: 'exclusive',
});

export const outboundJobs = [replayEventsJob, purgeWebhooksJob];
