import type { AppContext } from '#src/context.ts';
import type { JobHandler } from '#src/platform/jobs.ts';
import { sweepUploadsJob } from './jobs.ts';
import { sweepUploads } from './sweep-uploads.ts';

export const filesHandlers = (ctx: AppContext): JobHandler[] => [
  {
    job: sweepUploadsJob,
    async handle() {
      const removed = await sweepUploads(ctx);
      if (removed > 0) ctx.log.info({ removed }, 'unfinished uploads removed');
    },
  },
];
