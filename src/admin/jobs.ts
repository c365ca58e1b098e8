import { defineJob } from '#src/platform/jobs.ts';

/** Says which jobs ran out of tries; every minute. */
export const reportDeadLettersJob = defineJob<object>({
  name: 'admin.report-dead-letters',
  retryLimit: 0,
  expireInSeconds: 60,
  policy: 'exclusive',
});
/** Counts what users sent, lifts bans that have run out, wakes deletions that were cut off; every minute. */
export const keepUsersJob = defineJob<object>({
  name: 'admin.keep-users',
  retryLimit: 0,
  expireInSeconds: 120,
  policy: 'exclusive',
});
/** Takes integrations off the connections of a banned user. */
export const stillIntegrationsJob = defineJob<{ userId: string }>({
  name: 'admin.still-integrations',
  retryLimit: 10,
  expireInSeconds: 120,
});
/** Clears away what a deleted user, or organization, leaves behind, as far as it can; goes on where it was cut off. */
export const runDeletionJob = defineJob<{ deletionId: string }>({
  name: 'admin.run-deletion',
  retryLimit: 3,
  expireInSeconds: 3600,
  heartbeatSeconds: 15,
  policy: 'exclusive',
});

export const adminJobs = [reportDeadLettersJob, keepUsersJob, stillIntegrationsJob, runDeletionJob];
