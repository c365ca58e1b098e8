import { defineJob } from '#src/platform/jobs.ts';

/** Every day: series are booked further ahead. */
export const extendSeriesJob = defineJob({
  name: 'appointments.extend-series',
  retryLimit: 3,
  expireInSeconds: 3600,
  heartbeatSeconds: 15,
  policy: 'short',
});

export const appointmentsJobs = [extendSeriesJob];
