import type { AppContext } from '#src/context.ts';
import type { JobHandler } from '#src/platform/jobs.ts';
import { proveLedgerJob, sampleHeldJob } from './jobs.ts';
import { reportLedger } from './report-ledger.ts';
import { sampleHeld } from './sample-held.ts';

export const creditsHandlers = (ctx: AppContext): JobHandler[] => [
  { job: proveLedgerJob, handle: async () => void (await reportLedger(ctx)) },
  { job: sampleHeldJob, handle: () => sampleHeld(ctx) },
];
