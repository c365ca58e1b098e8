import type { AppContext } from '#src/context.ts';
import type { JobHandler } from '#src/platform/jobs.ts';
import { followSms } from './follow-sms.ts';
import { followSmsJob, purgeSmsJob, sendSmsJob } from './jobs.ts';
import { purgeSms } from './purge-sms.ts';
import { sendSms } from './send-sms.ts';

export const smsHandlers = (ctx: AppContext): JobHandler[] => [
  { job: sendSmsJob, handle: ({ smsId }: { smsId: string }) => sendSms(ctx, smsId) },
  { job: followSmsJob, handle: (_: object, signal: AbortSignal) => followSms(ctx, signal) },
  { job: purgeSmsJob, handle: () => purgeSms(ctx) },
];
