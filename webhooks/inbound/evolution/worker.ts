import type { AppContext } from '#src/context.ts';
import type { JobHandler } from '#src/platform/jobs.ts';
import { fillGaps } from './fill-gaps.ts';
import { fillGapsJob, purgeInboundJob, requestGapsJob, requestStrayGapsJob } from './jobs.ts';
import { purgeInboundEvents } from './purge-inbound-events.ts';
import { requestAllGaps } from './request-gaps.ts';
import { requestStrayGaps } from './request-stray-gaps.ts';

export const inboundHandlers = (ctx: AppContext): JobHandler[] => [
  { job: purgeInboundJob, handle: () => purgeInboundEvents(ctx) },
  { job: requestGapsJob, handle: () => requestAllGaps(ctx) },
  { job: requestStrayGapsJob, handle: () => requestStrayGaps(ctx) },
  { job: fillGapsJob, handle: ({ instanceId }: { instanceId: string }) => fillGaps(ctx, instanceId) },
];
