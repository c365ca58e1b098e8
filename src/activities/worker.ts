import type { AppContext } from '#src/context.ts';
import type { JobHandler } from '#src/platform/jobs.ts';
import { keepMonthsJob } from './jobs.ts';
import { keepMonths } from './keep-months.ts';

export const activitiesHandlers = (ctx: AppContext): JobHandler[] => [
  { job: keepMonthsJob, handle: () => keepMonths(ctx) },
];
