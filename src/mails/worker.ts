import type { AppContext } from '#src/context.ts';
import type { JobHandler } from '#src/platform/jobs.ts';
import { createMailRenderer } from './create-mail-renderer.ts';
import { purgeMailsJob, sendMailJob } from './jobs.ts';
import { purgeMails } from './purge-mails.ts';
import { sendMail } from './send-mail.ts';

export function mailsHandlers(ctx: AppContext): JobHandler[] {
  const render = createMailRenderer();
  return [
    { job: sendMailJob, handle: ({ mailId }: { mailId: string }) => sendMail(ctx, render, mailId) },
    { job: purgeMailsJob, handle: () => purgeMails(ctx) },
  ];
}
