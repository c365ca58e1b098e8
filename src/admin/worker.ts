import type { AppContext } from '#src/context.ts';
import type { JobHandler } from '#src/platform/jobs.ts';
import { reportDeadLettersJob } from './jobs.ts';
import { reportDeadLetters } from './report-dead-letters.ts';

export const adminHandlers = (ctx: AppContext): JobHandler[] => [
  { job: reportDeadLettersJob, handle: () => reportDeadLetters(ctx) },
];
