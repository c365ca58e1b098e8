import { defineJob } from '#src/platform/jobs.ts';

/** Hands one SMS to the carrier. Runs again after a crash: what may be on the wire is not sent a second time. */
export const sendSmsJob = defineJob<{ smsId: string }>({
  name: 'sms.send',
  retryLimit: 5,
  expireInSeconds: 300,
  atOnce: 4,
});
/** Finds what became of SMS, and those that a lost worker left; every minute. */
export const followSmsJob = defineJob<object>({
  name: 'sms.follow',
  retryLimit: 2,
  expireInSeconds: 300,
  policy: 'short',
});
/** Forgets what the sandbox kept, and reports that nobody asked for; every night. */
export const purgeSmsJob = defineJob<object>({
  name: 'sms.purge',
  retryLimit: 2,
  expireInSeconds: 600,
  policy: 'short',
});

export const smsJobs = [sendSmsJob, followSmsJob, purgeSmsJob];
