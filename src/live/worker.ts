import type { AppContext } from '#src/context.ts';
import type { JobHandler } from '#src/platform/jobs.ts';
import { purgeLiveEventsJob } from './jobs.ts';
import { purgeLiveEvents } from './purge-live-events.ts';

export const liveHandlers = (ctx: AppContext): JobHandler[] => [
  { job: purgeLiveEventsJob, handle: (_payload, signal) => purgeLiveEvents(ctx, signal) },
];
