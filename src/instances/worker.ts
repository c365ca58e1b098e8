import type { AppContext } from '#src/context.ts';
import type { JobHandler } from '#src/platform/jobs.ts';
import { checkServers } from './check-servers.ts';
import { checkWebhooks } from './check-webhooks.ts';
import { checkServersJob, checkWebhooksJob, sweepInstancesJob } from './jobs.ts';
import { sweepInstances } from './sweep-instances.ts';

export const instancesHandlers = (ctx: AppContext): JobHandler[] => [
  { job: sweepInstancesJob, handle: () => sweepInstances(ctx) },
  { job: checkServersJob, handle: () => checkServers(ctx) },
  { job: checkWebhooksJob, handle: () => checkWebhooks(ctx) },
];
