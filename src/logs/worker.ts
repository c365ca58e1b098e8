import type { AppContext } from '#src/context.ts';
import type { JobHandler } from '#src/platform/jobs.ts';
import { purgeLogsJob } from './jobs.ts';
import { purgeLogs } from './purge-logs.ts';

export const logsHandlers = (ctx: AppContext): JobHandler[] => [{ job: purgeLogsJob, handle: () => purgeLogs(ctx) }];
