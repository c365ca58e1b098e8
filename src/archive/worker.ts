import type { AppContext } from '#src/context.ts';
import type { JobHandler } from '#src/platform/jobs.ts';
import { applyImportJob, checkImportJob, makeExportJob, purgeArchivesJob } from './jobs.ts';
import { purgeArchives } from './purge-archives.ts';
import { runExport } from './run-export.ts';
import { runApply, runCheck } from './run-import.ts';

export const archiveHandlers = (ctx: AppContext): JobHandler[] => [
  {
    job: makeExportJob,
    handle: ({ exportId }: { exportId: string }, signal: AbortSignal) => runExport(ctx, exportId, signal),
  },
  {
    job: checkImportJob,
    handle: ({ importId }: { importId: string }, signal: AbortSignal) => runCheck(ctx, importId, signal),
  },
  {
    job: applyImportJob,
    handle: ({ importId }: { importId: string }, signal: AbortSignal) => runApply(ctx, importId, signal),
  },
  { job: purgeArchivesJob, handle: async () => void (await purgeArchives(ctx)) },
];
