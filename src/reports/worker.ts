import type { AppContext } from '#src/context.ts';
import type { JobHandler } from '#src/platform/jobs.ts';
import { askScheduledReports } from './ask-scheduled-reports.ts';
import { createReportRenderer } from './create-report-renderer.ts';
import { askScheduledReportsJob, makeReportJob, purgeReportsJob } from './jobs.ts';
import { purgeReports } from './purge-reports.ts';
import { runReport } from './run-report.ts';

export function reportsHandlers(ctx: AppContext): JobHandler[] {
  const renderer = createReportRenderer();
  return [
    { job: makeReportJob, handle: ({ reportId }: { reportId: string }) => runReport(ctx, renderer, reportId) },
    {
      job: askScheduledReportsJob,
      handle: async (_: object, signal: AbortSignal) => void (await askScheduledReports(ctx, signal)),
    },
    { job: purgeReportsJob, handle: async () => void (await purgeReports(ctx)) },
  ];
}
