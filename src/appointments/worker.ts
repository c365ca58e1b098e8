import type { AppContext } from '#src/context.ts';
import type { JobHandler } from '#src/platform/jobs.ts';
import { extendSeries } from './extend-series.ts';
import { extendSeriesJob } from './jobs.ts';

export const appointmentsHandlers = (ctx: AppContext): JobHandler[] => [
  { job: extendSeriesJob, handle: (_payload: object, signal) => extendSeries(ctx, signal) },
];
