import { defineJob } from '#src/platform/jobs.ts';

/** Hands over the reminders that are due; every minute. */
export const sendRemindersJob = defineJob<object>({
  name: 'appointments.send-reminders',
  retryLimit: 2,
  expireInSeconds: 900,
  policy: 'short',
});
/** Tells somebody of an appointment. */
export const sendNoticeJob = defineJob<{ noticeId: string }>({
  name: 'appointments.send-notice',
  retryLimit: 5,
  expireInSeconds: 120,
  atOnce: 2,
});

export const reminderJobs = [sendRemindersJob, sendNoticeJob];
