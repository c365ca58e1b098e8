import type { AppContext } from '#src/context.ts';
import type { JobHandler } from '#src/platform/jobs.ts';
import { clearCustomField } from './clear-custom-field.ts';
import { eraseDueCustomers } from './erase-due-customers.ts';
import {
  type ClearFieldJob,
  clearCustomFieldJob,
  eraseDueCustomersJob,
  type ImportJob,
  importCustomersJob,
  purgeImportsJob,
} from './jobs.ts';
import { purgeImports } from './purge-imports.ts';
import { runImport } from './run-import.ts';

export const customersHandlers = (ctx: AppContext): JobHandler[] => [
  { job: importCustomersJob, handle: (payload: ImportJob, signal) => runImport(ctx, payload, signal) },
  { job: purgeImportsJob, handle: () => purgeImports(ctx) },
  { job: clearCustomFieldJob, handle: (payload: ClearFieldJob, signal) => clearCustomField(ctx, payload, signal) },
  { job: eraseDueCustomersJob, handle: async (_: object, signal) => void (await eraseDueCustomers(ctx, signal)) },
];
