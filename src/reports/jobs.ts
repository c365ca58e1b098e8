import { defineJob } from '#src/platform/jobs.ts';

/** Makes a report that was asked for, and mails it where it was scheduled. */
export const makeReportJob = defineJob<{ reportId: string }>({
  name: 'reports.make',
  retryLimit: 4,
  expireInSeconds: 900,
  heartbeatSeconds: 60,
});
/** Asks for the reports that people get on the first of the month; every ten minutes. */
export const askScheduledReportsJob = defineJob<object>({
  name: 'reports.ask-scheduled',
  retryLimit: 0,
  expireInSeconds: 600,
  policy: 'exclusive',
});
/** Removes what has expired, and gives up what never got made; every hour. */
export const purgeReportsJob = defineJob<object>({
  name: 'reports.purge',
  retryLimit: 0,
  expireInSeconds: 600,
  policy: 'exclusive',
});

export const reportsJobs = [makeReportJob, askScheduledReportsJob, purgeReportsJob];
