import type { AppContext } from '#src/context.ts';
import type { JobHandler } from '#src/platform/jobs.ts';
import { fileLate } from './file-late.ts';
import { releaseMediaJob, sweepUploadsJob } from './jobs.ts';
import { releaseLooseMedia } from './release-loose-media.ts';
import { sweepUploads } from './sweep-uploads.ts';

export const filesHandlers = (ctx: AppContext): JobHandler[] => [
  {
    job: sweepUploadsJob,
    async handle() {
      const removed = await sweepUploads(ctx);
      if (removed > 0) ctx.log.info({ removed }, 'unfinished uploads removed');
    },
  },
  {
    job: releaseMediaJob,
    async handle() {
      await fileLate(ctx);
      await releaseLooseMedia(ctx);
    },
  },
];
