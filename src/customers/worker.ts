import type { AppContext } from '#src/context.ts';
import type { JobHandler } from '#src/platform/jobs.ts';
import { type ImportJob, importCustomersJob } from './jobs.ts';
import { runImport } from './run-import.ts';

export const customersHandlers = (ctx: AppContext): JobHandler[] => [
  { job: importCustomersJob, handle: (payload: ImportJob, signal) => runImport(ctx, payload, signal) },
];
