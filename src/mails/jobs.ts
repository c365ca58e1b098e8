import { defineJob } from '#src/platform/jobs.ts';

/** Sends one of the system's mails. Tried again by itself where that is safe. */
export const sendMailJob = defineJob<{ mailId: string }>({ name: 'mails.send', retryLimit: 5, expireInSeconds: 300 });
/** Forgets mails after a month; every night. */
export const purgeMailsJob = defineJob<object>({
  name: 'mails.purge',
  retryLimit: 2,
  expireInSeconds: 600,
  policy: 'short',
});

export const mailsJobs = [sendMailJob, purgeMailsJob];
