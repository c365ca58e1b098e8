import { defineJob } from '#src/platform/jobs.ts';

/** Every few minutes: events that nobody can resume from any more are deleted. */
export const purgeLiveEventsJob = defineJob({
  name: 'live.purge',
  retryLimit: 2,
  expireInSeconds: 600,
  policy: 'short',
});

export const liveJobs = [purgeLiveEventsJob];
