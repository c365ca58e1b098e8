import type { AppContext } from '#src/context.ts';
import type { JobHandler } from '#src/platform/jobs.ts';
import { proveLedgerJob } from './jobs.ts';
import { reportLedger } from './report-ledger.ts';

export const creditsHandlers = (ctx: AppContext): JobHandler[] => [
  { job: proveLedgerJob, handle: async () => void (await reportLedger(ctx)) },
];
