import type { AppContext } from '#src/context.ts';
import type { JobHandler } from '#src/platform/jobs.ts';
import { sendNoticeJob, sendRemindersJob } from './reminder-jobs.ts';
import { sendDueReminders } from './send-due-reminders.ts';
import { sendNotice } from './send-notice.ts';

export const remindersHandlers = (ctx: AppContext): JobHandler[] => [
  {
    job: sendRemindersJob,
    async handle(_: object, signal: AbortSignal) {
      await sendDueReminders(ctx, signal);
    },
  },
  { job: sendNoticeJob, handle: ({ noticeId }: { noticeId: string }) => sendNotice(ctx, noticeId) },
];
