import type { AppContext } from '#src/context.ts';
import type { JobHandler } from '#src/platform/jobs.ts';
import { purgeInboundJob } from './jobs.ts';
import { purgeInboundEvents } from './purge-inbound-events.ts';

export const inboundHandlers = (ctx: AppContext): JobHandler[] => [
  { job: purgeInboundJob, handle: () => purgeInboundEvents(ctx) },
];
